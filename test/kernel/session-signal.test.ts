/**
 * `self:signal:SIGUSR1`: run each time that the tracer gets the signal, which without such a probe does nothing.
 */
import { beforeEach, expect, test } from 'vitest'
import { startCli } from '../support/cli.ts'
import { sleep } from '../support/loading.ts'
import { needs } from '../support/needs.ts'

beforeEach((context) => needs(context, 'root'))

test('each signal runs the probes, in the order of declaration', async () => {
  const first = 'self:signal:SIGUSR1 { @++; printf("signal %d of %s %s\\n", @, probe, probetype); }'
  const second = 'self:signal:SIGUSR1 { if (@ == 2) { exit(3); } }'
  const tracer = startCli(['-e', `${first} ${second} END { printf("end\\n"); clear(@); }`])
  await tracer.waitFor(/Attached/)
  tracer.process.kill('SIGUSR1')
  await tracer.waitFor(/signal 1/)
  tracer.process.kill('SIGUSR1')
  expect(await tracer.result).toEqual({
    code: 3,
    signal: null,
    stdout: 'signal 1 of self:signal:SIGUSR1 self\nsignal 2 of self:signal:SIGUSR1 self\nend\n\n\n',
    stderr: 'Attached 3 probes\n',
  })
})

test('without such a probe the signal does nothing', async () => {
  const tracer = startCli(['-e', 'interval:s:100 { } END { printf("end\\n"); }'])
  await tracer.waitFor(/Attached/)
  tracer.process.kill('SIGUSR1')
  await sleep(100)
  tracer.process.kill('SIGINT')
  expect(await tracer.result).toEqual({ code: 0, signal: null, stdout: 'end\n\n\n', stderr: 'Attached 2 probes\n' })
})
