import { expect, test } from 'vitest'
import { type Capability, missingCapabilities, parseCapabilities } from './capabilities.ts'

const status = (mask: string) => `Name:\tnode\nCapPrm:\t000001ffffffffff\nCapEff:\t${mask}\nCapBnd:\t000001ffffffffff\n`

test.for<[name: string, mask: string, capabilities: Capability[]]>([
  ['nobody', '0000000000000000', []],
  ['bpf alone', '0000008000000000', ['CAP_BPF']],
  ['bpf and perfmon', '000000c000000000', ['CAP_PERFMON', 'CAP_BPF']],
  ['sys_admin', '0000000000200000', ['CAP_SYS_ADMIN']],
])('reads the mask of %s', ([, mask, capabilities]) => expect([...parseCapabilities(status(mask))]).toEqual(capabilities))

test.for<[name: string, held: Capability[], wanted: Capability[], missing: Capability[]]>([
  ['everything missing', [], ['CAP_BPF', 'CAP_PERFMON'], ['CAP_BPF', 'CAP_PERFMON']],
  ['one missing', ['CAP_BPF'], ['CAP_BPF', 'CAP_PERFMON'], ['CAP_PERFMON']],
  ['sys_admin stands for both', ['CAP_SYS_ADMIN'], ['CAP_BPF', 'CAP_PERFMON'], []],
  ['sys_admin does not stand for others', ['CAP_SYS_ADMIN'], ['CAP_DAC_READ_SEARCH'], ['CAP_DAC_READ_SEARCH']],
])('%s', ([, held, wanted, missing]) => expect(missingCapabilities(wanted, new Set(held))).toEqual(missing))
