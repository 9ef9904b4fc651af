/**
 * What the command line lists and reports: probes of every kind, what they can read, types of the kernel, what the kernel can do; and its
 * options for warnings and for whoever tests a tracer.
 */
import { beforeEach, describe, expect, test } from 'vitest'
import { runCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'

beforeEach((context) => needs(context, 'root'))

async function list(...words: string[]): Promise<string> {
  return (await runCli(words)).stdout
}

describe('-l', () => {
  test('counters, with their aliases', async () => {
    const software = await list('-l', 'software:*')
    expect(software).toContain('software:cpu-clock:\nsoftware:cpu-migrations:\nsoftware:cpu:\nsoftware:cs:\n')
    expect(await list('-l', 'hardware')).toContain('hardware:cache-misses:\n')
    expect(await list('-l', 's:faults')).toBe('software:faults:\n')
  })
  test.each([
    ['interval:*', 'interval:hz:\ninterval:ms:\ninterval:s:\ninterval:us:\n'],
    ['self:*', 'self:signal:SIGUSR1\n'],
    ['rawtracepoint:*process_exit', 'rawtracepoint:vmlinux:sched_process_exit\n'],
    ['*:*sched_process_exit', 'rawtracepoint:vmlinux:sched_process_exit\n'],
    ['*sched_process_exit*', 'rawtracepoint:vmlinux:sched_process_exit\ntracepoint:sched:sched_process_exit\n'],
    ['struct list_hea?', 'struct list_head\n'],
  ])('%s', async (pattern, expected) => {
    expect(await list('-l', pattern)).toContain(expected)
  })
  test('everything, in order', async () => {
    const names = (await list('-l')).split('\n').slice(0, -1)
    expect(names).toEqual([...names].sort())
    expect(new Set(names.map((name) => name.split(':')[0]))).toEqual(new Set(['hardware', 'rawtracepoint', 'software', 'tracepoint']))
  })
  test('the probes of a program', async () => {
    const program = 'BEGIN { } interval:s:1 { } software:faults:100 { } tracepoint:sched:sched_process_exi* { }'
    expect(await list('-l', '-e', program)).toBe('interval:s:\nsoftware:faults:\ntracepoint:sched:sched_process_exit\n')
  })
  test('a kind that there is not', async () => {
    const run = await runCli(['-l', 'nosuch:x'])
    expect(run.stderr).toContain('ERROR: cannot list "nosuch:x"\nHINT: patterns are ')
  })
})

describe('-lv', () => {
  test('fields of a tracepoint', async () => {
    const shown = await list('-lv', 'tracepoint:sched:sched_process_exit')
    expect(shown).toMatch(/^tracepoint:sched:sched_process_exit\n {4}char comm\[16\]\n {4}pid_t pid\n/)
  })
  test('what a raw tracepoint is called with', async () => {
    expect(await list('-v', '-l', 'rt:sched_process_exit')).toContain('\n    struct task_struct * p\n')
  })
  test('declarations of types', async () => {
    expect(await list('-lv', 'struct list_head')).toBe(
      'vmlinux: struct list_head {\n\tstruct list_head *next;\n\tstruct list_head *prev;\n};\n\n',
    )
  })
})

test('--info says what there is, and what to do about what there is not', async () => {
  const { stdout } = await runCli(['--info'])
  expect(stdout).toMatch(/^System\n {2}OS: Linux \d/)
  expect(stdout).toContain('\n  uprobe, uretprobe, usdt: yes\n')
  for (const line of stdout.split('\n').filter((one) => one.includes(': no'))) expect(line).toMatch(/: no; (needs|comes with) ./)
})

describe('warnings', () => {
  const program = 'BEGIN { 1; warnf("hm"); errorf("oh"); }'
  test('of the script and while it runs', async () => {
    const { stderr } = await runCli(['-q', '-e', program])
    expect(stderr).toContain('WARNING: Return value discarded.')
    expect(stderr).toContain('WARNING: hm')
  })
  test('none with --no-warnings', async () => {
    const { stderr } = await runCli(['-q', '--no-warnings', '-e', program])
    expect(stderr).toMatch(/^stdin:1:\d+-\d+: ERROR: oh\n$/)
  })
})

test.each(['line', 'full', 'none'])('-B %s', async (mode) => {
  expect((await runCli(['-q', '-B', mode, '-e', 'BEGIN { print(1) }'])).stdout).toBe('1\n\n\n')
})

test('a way to hand output on that there is not', async () => {
  expect((await runCli(['-B', 'page', '-e', 'BEGIN { }'])).stderr).toContain(
    "argument 'page' is invalid. Allowed choices are line, full, none",
  )
})

test('whoever waits for the probes to be attached is told', async () => {
  const run = await runCli(['-q', '-e', 'BEGIN { print(1) }'], { env: { ...process.env, __BPFTRACE_NOTIFY_PROBES_ATTACHED: '1' } })
  expect(run.stdout).toBe('__BPFTRACE_NOTIFY_PROBES_ATTACHED\n1\n\n\n')
})

test('the environment sets options, before the script does', async () => {
  const env = { ...process.env, BPFTRACE_MAX_STRLEN: '20', BPFTRACE_PRINT_MAPS_ON_EXIT: '0' }
  const run = await runCli(['-q', '-e', 'config = { max_strlen = 30 } BEGIN { print(default_str_length()); @ = 1 }'], { env })
  expect(run.stdout).toBe('20\n\n\n')
  const wrong = await runCli(['-e', 'BEGIN { }'], { env: { ...process.env, BPFTRACE_MAX_STRLEN: 'abc' } })
  expect(wrong.stderr).toBe('ERROR: max_strlen: expecting a number, got abc\n')
})
