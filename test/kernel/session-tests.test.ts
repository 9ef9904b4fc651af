/**
 * `--test`: which test probes pass, what is shown of them, as text and as JSON lines, and what there is to say when there are none.
 */
import { beforeEach, expect, test } from 'vitest'
import { runCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'

beforeEach((context) => needs(context, 'root'))

const SCRIPT = `
begin { printf("hello\\n"); }
test:one { print(1); @a = 3; return 0; }
test:two { print(@a); printf("two %d", @a); return 7; }
test:three { exit(2); }
test:four, test:five { print(probe); return probe == "test:five" ? 1 : 0; }
end { print("end"); }
`
/** Durations are what they are. */
const timeless = (text: string): string => text.replace(/\(\d+ \xce\xbcs\)/g, '(N us)').replace(/"duration": \d+/g, '"duration": N')

test('as text: what passes keeps its output to itself', async () => {
  const { code, stdout } = await runCli(['--test', '-e', SCRIPT])
  expect(timeless(stdout).split('\n')).toEqual([
    ...['hello', '[==========] Running 5 tests.', '[ RUN      ] one', '[       OK ] one (N us)', '[ RUN      ] two', '@a: 3', 'two 3'],
    ...['[  FAILED  ] two (N us)', '[ RUN      ] three', '[  FAILED  ] three (N us)', '[ RUN      ] four', '[       OK ] four (N us)'],
    ...['[ RUN      ] five', 'test:five', '[  FAILED  ] five (N us)', '[==========] 5 tests ran.', '[  PASSED  ] 2 tests.'],
    ...['[  FAILED  ] 3 tests, listed below:', '[  FAILED  ] two', '[  FAILED  ] three', '[  FAILED  ] five', 'end', '', '', '@a: 3', ''],
  ])
  expect(code).toBe(1)
})

test('as JSON lines', async () => {
  const { code, stdout } = await runCli(['--test', '-f', 'json', '-e', 'test:a { print(1); } test:b { printf("x"); return 0; }'])
  expect(timeless(stdout).split('\n')).toEqual([
    '{"type": "test_result", "data": {"a": {"duration": N, "passed": true, "output": "1\\n"}}}',
    '{"type": "test_result", "data": {"b": {"duration": N, "passed": true, "output": "x"}}}',
    '',
  ])
  expect(code).toBe(0)
})

test.for([
  ['--test without test probes', ['--test', '-e', 'begin { }'], 'ERROR: the script has no test probes\n'],
  ['nothing but test probes without --test', ['-e', 'test:a { }'], 'ERROR: the script has nothing but test probes\n'],
] as const)('%s', async ([, words, message]) => {
  const { code, stderr } = await runCli(words)
  expect(stderr).toContain(message)
  expect(code).toBe(1)
})
