/**
 * Stacks as gdb walks and names them: of every hit of a place in a program, inlined calls included.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'

/** A frame: the function by its linker's name, and its place. */
export interface GdbFrame {
  readonly name: string
  readonly file: string
  readonly line: number
  /** Of the instruction, or behind the call; the same in frames of inlined calls. As the process has it. */
  readonly pc: number
}

const script = (place: string, output: string) => `
import gdb, json
for setting in ['pagination off', 'debuginfod enabled off', 'confirm off', 'language c']: gdb.execute('set ' + setting)
out = open('${output}', 'w')
class Hit(gdb.Breakpoint):
    def stop(self):
        frame, found = gdb.newest_frame(), []
        while frame is not None:
            place, function = frame.find_sal(), frame.function()
            name = frame.name() if function is None else function.linkage_name
            found.append({'name': name, 'file': place.symtab.fullname() if place.symtab else '', 'line': place.line, 'pc': int(frame.pc())})
            frame = frame.older()
        out.write(json.dumps(found) + '\\n')
        return False
Hit('${place}')
gdb.execute('run > /dev/null')
out.close()
`

/** The stacks of all hits of `place`, in order; frames innermost first, up to the function `main`. */
export function stacksByGdb(program: string, place: string): readonly (readonly GdbFrame[])[] {
  const output = `${program}.gdb-stacks`
  writeFileSync(`${output}.py`, script(place, output))
  execFileSync('gdb', ['-q', '-nx', '-batch', '-x', `${output}.py`, program], { stdio: ['ignore', 'ignore', 'pipe'], timeout: 120_000 })
  const stacks = readFileSync(output, 'utf8').trim().split('\n')
  rmSync(output)
  return stacks.map((line) => JSON.parse(line) as GdbFrame[])
}
