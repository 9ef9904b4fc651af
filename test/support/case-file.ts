/**
 * End-to-end cases as text: a script, and exactly what a run of it writes. A file is a list of cases, each begun by `NAME`.
 *
 *     NAME print shows a tuple
 *     ARGS -f json                      what stands before -e; words, or "quoted words"
 *     WORDS one -- --name=value         what stands behind the program
 *     PROG BEGIN { print((1, "a")); exit() }
 *     EXPECT {"type": "value", "data": [1,"a"]}
 *     EXPECT_STDERR Attached 1 probe    unchecked when it is absent
 *     EXIT 3                            0 when it is absent
 *     ROWS 27 28                        rows of docs/bpftrace-compat.md that it proves
 *     NEEDS casts                       parts of the language beyond the first issue; words
 *     DIFFERS why this is not what bpftrace prints (such a case is never recorded again)
 *
 * A field's text stands on its line, or in lines below it: `|text` is a line, `:text` is text without a line end in which
 * `\n \t \\ \xNN` are escapes. Lines that begin with `#` are comments. Outputs are byte strings; no EXPECT is no output.
 */

/** One case; `expect` and `expectStderr` are byte strings (one character a byte). */
export interface OutputCase {
  readonly name: string
  /** 1-based line of its NAME. */
  readonly line: number
  readonly args: readonly string[]
  /** Behind the program. */
  readonly words: readonly string[]
  readonly program: string
  readonly expect: string
  readonly expectStderr: string | undefined
  readonly exit: number
  readonly rows: readonly number[]
  readonly needs: readonly string[]
  readonly differs: string | undefined
}

const FIELDS = ['NAME', 'ARGS', 'WORDS', 'PROG', 'EXPECT', 'EXPECT_STDERR', 'EXIT', 'ROWS', 'NEEDS', 'DIFFERS'] as const
type FieldName = (typeof FIELDS)[number]

interface Field {
  readonly name: FieldName
  readonly line: number
  text: string
}

/** Parses a case file, read as Latin-1 so that its bytes are kept. Throws `Error` with file and line. */
export function parseCases(file: string, text: string): readonly OutputCase[] {
  const cases: OutputCase[] = []
  let fields: Field[] = []
  const finish = (): void => {
    if (fields.length > 0) cases.push(toCase(file, fields))
    fields = []
  }
  for (const [i, line] of text.split('\n').entries()) {
    const at = `${file}:${i + 1}`
    if (line === '' || line.startsWith('#')) continue
    if (line.startsWith('|') || line.startsWith(':')) appendText(at, fields.at(-1), line)
    else {
      const field = parseField(at, i + 1, line)
      if (field.name === 'NAME') finish()
      fields.push(field)
    }
  }
  finish()
  return cases
}

/** Writes cases in the form that `parseCases` reads. */
export function formatCases(cases: readonly OutputCase[]): string {
  return cases.map(formatCase).join('\n')
}

function parseField(at: string, line: number, text: string): Field {
  const match = /^([A-Z_]+)(?: (.*))?$/.exec(text)
  const name = FIELDS.find((field) => field === match?.[1])
  if (name === undefined) throw new Error(`${at}: expected one of ${FIELDS.join(', ')}, found: ${text}`)
  const inline = match?.[2]
  const isOutput = name === 'EXPECT' || name === 'EXPECT_STDERR'
  return { name, line, text: inline === undefined ? '' : isOutput ? `${inline}\n` : inline }
}

function appendText(at: string, field: Field | undefined, line: string): void {
  if (field === undefined) throw new Error(`${at}: text before the first field`)
  field.text += line.startsWith('|') ? `${line.slice(1)}\n` : unescapeText(at, line.slice(1))
}

function unescapeText(at: string, text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|([\s\S]?))/g, (whole, hex: string | undefined, letter: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    const plain = { n: '\n', t: '\t', '\\': '\\' }[letter ?? '']
    if (plain === undefined) throw new Error(`${at}: unknown escape ${whole}`)
    return plain
  })
}

function toCase(file: string, fields: readonly Field[]): OutputCase {
  const get = (name: FieldName): string | undefined => fields.find((field) => field.name === name)?.text
  const at = `${file}:${fields[0]?.line ?? 1}`
  for (const [i, field] of fields.entries()) {
    if (fields.findIndex((other) => other.name === field.name) !== i) throw new Error(`${file}:${field.line}: second ${field.name}`)
  }
  const name = get('NAME')
  const program = get('PROG')
  if (name === undefined || program === undefined) throw new Error(`${at}: a case needs NAME and PROG`)
  const exit = Number(get('EXIT') ?? '0')
  if (!Number.isInteger(exit)) throw new Error(`${at}: EXIT is not a number`)
  return {
    name,
    line: fields[0]?.line ?? 1,
    args: splitWords(get('ARGS') ?? ''),
    words: splitWords(get('WORDS') ?? ''),
    program,
    expect: get('EXPECT') ?? '',
    expectStderr: get('EXPECT_STDERR'),
    exit,
    rows: splitWords(get('ROWS') ?? '').map((word) => toRow(at, word)),
    needs: splitWords(get('NEEDS') ?? ''),
    differs: get('DIFFERS'),
  }
}

function toRow(at: string, word: string): number {
  const row = Number(word)
  if (!Number.isInteger(row) || row < 1) throw new Error(`${at}: ROWS has ${word}, which is no row`)
  return row
}

function splitWords(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

function quoteWords(words: readonly string[]): string {
  return words.map((word) => (/^[^\s"]+$/.test(word) ? word : `"${word}"`)).join(' ')
}

function formatCase(item: OutputCase): string {
  const args = quoteWords(item.args)
  return [
    `NAME ${item.name}\n`,
    item.rows.length === 0 ? '' : `ROWS ${item.rows.join(' ')}\n`,
    args === '' ? '' : `ARGS ${args}\n`,
    item.words.length === 0 ? '' : `WORDS ${quoteWords(item.words)}\n`,
    item.program.includes('\n') ? `PROG\n${formatLines(item.program)}` : `PROG ${item.program}\n`,
    item.expect === '' ? '' : `EXPECT\n${formatLines(item.expect)}`,
    item.expectStderr === undefined ? '' : `EXPECT_STDERR\n${formatLines(item.expectStderr)}`,
    item.exit === 0 ? '' : `EXIT ${item.exit}\n`,
    item.needs.length === 0 ? '' : `NEEDS ${item.needs.join(' ')}\n`,
    item.differs === undefined ? '' : `DIFFERS ${item.differs}\n`,
  ].join('')
}

/** Lines of tabs, printable ASCII and well-formed UTF-8 as they are; anything else escaped. */
function formatLines(text: string): string {
  return text
    .split(/(?<=\n)/)
    .map((line) => (line.endsWith('\n') && isReadable(line.slice(0, -1)) ? `|${line}` : `:${escapeText(line)}\n`))
    .join('')
}

function isReadable(line: string): boolean {
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(line)) return false
  const decoded = new TextDecoder('utf-8').decode(Uint8Array.from(line, (character) => character.charCodeAt(0)))
  return !/[\ufffd\u0080-\u009f]/.test(decoded)
}

function escapeText(text: string): string {
  return text.replace(/\\|[^ -~]/g, (character) => {
    const short = { '\n': '\\n', '\t': '\\t', '\\': '\\\\' }[character]
    return short ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}
