/**
 * The forms in which a name of C++ or Rust may be written: as demangled, without its parameters, without what it returns, and with spaces and
 * `const` wherever people put them.
 */

/** What `std::string` stands for, in the words of the demangler. */
const STRING = 'std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >'

/** Words by which a symbol can only be found if they stand in it; these do not, since they are abbreviated. */
const ABBREVIATED = new Set([
  'std',
  'string',
  'basic_string',
  'allocator',
  'char_traits',
  'istream',
  'ostream',
  'iostream',
  'operator',
  'anonymous',
])
ABBREVIATED.add('namespace')
  .add('const')
  .add('unsigned')
  .add('int')
  .add('char')
  .add('void')
  .add('bool')
  .add('long')
  .add('short')
  .add('double')

/** A name as it is compared: one way of writing spaces, `const` behind what it is said of. */
export function normalName(name: string): string {
  return name
    .replaceAll(/\bstd::string\b/g, STRING)
    .replaceAll(/\bconst ((?:unsigned |signed )?[\w:]+)/g, '$1 const')
    .replaceAll(/\s*([^\w\s])\s*/g, '$1')
    .trim()
}

/** All forms of a demangled name, as they are compared. Copies that the compiler made for some calls have the name too. */
export function formsOf(demangled: string): readonly string[] {
  const whole = demangled.replace(/( \[clone [^\]]*\])+$/, '')
  const end = parameterStart(whole)
  const bare = end === undefined ? whole : whole.slice(0, end)
  const start = end === undefined ? 0 : resultEnd(bare)
  const forms = [whole, bare, ...(start === 0 ? [] : [whole.slice(start), bare.slice(start)])]
  return [...new Set(forms.map(normalName))]
}

/** True for the part of a function that the compiler has moved away, which nobody calls. */
export function isPart(demangled: string): boolean {
  return /\[clone \.(cold|part)\b/.test(demangled)
}

/** Words that any symbol must hold whose name the pattern selects; a name is spelled out where it first stands. */
export function wordsOf(pattern: string): readonly string[] {
  const path = /^[^(<]*/.exec(pattern)?.[0] ?? ''
  return (path.match(/[A-Za-z_]\w*/g) ?? []).filter((word) => !ABBREVIATED.has(word))
}

/** Where the list of parameters begins; undefined when there is none, as in Rust. */
function parameterStart(name: string): number | undefined {
  const last = name.lastIndexOf(')')
  if (last === -1 || !/^( const| volatile| ?&{1,2})*$/.test(name.slice(last + 1))) return undefined
  let depth = 0
  for (let at = last; at >= 0; at--) {
    if (name[at] === ')') depth++
    if (name[at] === '(' && --depth === 0) return at
  }
  return undefined
}

/** Where the name begins behind what it returns, which only instances of templates tell. */
function resultEnd(name: string): number {
  if (!name.endsWith('>') || /\boperator\b/.test(name)) return 0
  let depth = 0
  for (let at = name.length - 1; at >= 0; at--) {
    const character = name[at]
    if (character === '>' || character === ')') depth++
    if (character === '<' || character === '(') depth--
    if (character === ' ' && depth === 0) return at + 1
  }
  return 0
}
