/**
 * What scripts read of the calls of `testdata/go/signatures`, by function. The program itself prints what it called with and what was
 * returned, in the same words.
 */

/** What is read of a function: a format and its arguments, in the bpftrace language. */
export interface Signature {
  readonly symbol: string
  /** Read where the function is entered. */
  readonly entry: readonly [format: string, values: string]
  /** Read where it returns. */
  readonly results?: readonly [format: string, values: string]
  /** The release of Go (`1.N`) from which debug information has what is read. */
  readonly since?: number
}

/** Functions by the name that the program has for them. */
export const SIGNATURES: Readonly<Record<string, Signature>> = {
  signed: {
    symbol: 'main.signed',
    entry: ['%d %d %d %ld %d', 'args.a, args.b, args.c, args.d, args.e'],
    results: ['%d', 'retval'],
  },
  unsigned: {
    symbol: 'main.unsigned',
    entry: ['%u %u %u %lu %u %u', 'args.a, args.b, args.c, args.d, args.e, args.f'],
    results: ['%d', 'retval'],
  },
  booleans: { symbol: 'main.booleans', entry: ['%d %d %d', 'args.a, args.b, args.n'], results: ['%d %d', 'retval.0, retval.1'] },
  characters: { symbol: 'main.characters', entry: ['%d %d', 'args.r, args.b'], results: ['%d %d', 'retval.0, retval.1'] },
  named: { symbol: 'main.named', entry: ['%d %s %ld', 'args.id, args.name, args.pause'], results: ['%d %s', 'retval.0, retval.1'] },
  floats: { symbol: 'main.floats', entry: ['%d %s', 'args.n, args.label'], results: ['%d', 'retval.1'] },
  complexes: { symbol: 'main.complexes', entry: ['%d', 'args.n'], results: ['%d', 'retval'] },
  text: { symbol: 'main.text', entry: ['%s %d', 'args.s, len(args.s)'], results: ['%s %d', 'retval, len(retval)'] },
  texts: { symbol: 'main.texts', entry: ['%s %s', 'args.a, str(args.b)'], results: ['%s %s', 'retval.0, retval.1.type'] },
  raw: {
    symbol: 'main.raw',
    entry: ['%s %d %d', 'str(args.b), len(args.b), args.b[1]'],
    results: ['%s %d %d', 'str(retval), len(retval), retval.cap'],
  },
  numbers: {
    symbol: 'main.numbers',
    entry: ['%d %d %d %d', 'len(args.l), args.l[1], args.l[args.at], args.at'],
    results: ['%d %d %d', 'retval.0, len(retval.1), retval.1[0]'],
  },
  words: {
    symbol: 'main.words',
    entry: ['%d %s %s', 'len(args.l), args.l[0], args.l[2]'],
    results: ['%s %d %s', 'retval.0, len(retval.1), retval.1[0]'],
  },
  points: {
    symbol: 'main.points',
    entry: ['%d %d %d %d %d', 'len(args.l), args.l[1].X, args.l[1].Y, len(args.p), (*args.p)[0].Y'],
    results: ['%d %d', 'len(retval), retval[2].Y'],
  },
  arrays: {
    symbol: 'main.arrays',
    entry: ['%d %d %d %s %s %s %s', 'args.one[0], args.three[0], args.three[2], args.last, args.one, args.three, args.none'],
    results: ['%d %d %s', 'retval[0], retval[2], retval'],
  },
  point: { symbol: 'main.point', entry: ['%d %d %d', 'args.p.X, args.p.Y, args.n'], results: ['%d %d', 'retval.X, retval.Y'] },
  padded: {
    symbol: 'main.padded',
    entry: ['%d %d %d %s %d', 'args.p.Flag, args.p.Count, args.p.Tiny, args.p.Label, args.n'],
    results: ['%d %d %d %s %d', 'retval.0.Flag, retval.0.Count, retval.0.Tiny, retval.0.Label, retval.1'],
  },
  large: {
    symbol: 'main.large',
    entry: ['%d %d %s %d %s %d', 'args.l.Values[0], args.l.Values[3], args.l.Label, args.l.Next.Values[2], args.l.Next.Label, args.n'],
    results: ['%d %s %s %d', 'retval.0.Values[1], retval.0.Label, retval.0.Next.Label, retval.1'],
  },
  request: {
    symbol: 'main.request',
    entry: [
      '%s %s %d %d %s %d %s %d',
      'args.req.Method, args.req.URL.Path, args.req.URL.Port, len(args.req.Header), args.req.Body.type, args.req.Length, args.req.Tags[1], args.req.Route[0].Y',
    ],
    results: ['%s %s', 'retval.Method, retval.URL.Path'],
  },
  tree: {
    symbol: 'main.tree',
    entry: ['%s %s %s %d %s %s', 'args.n.Key, args.n.Left.Key, args.n.Right.Right.Key, args.n.Left.Left, (*args.pp).Key, *args.s'],
    results: ['%s', 'retval.Key'],
  },
  maps: { symbol: 'main.maps', entry: ['%d %d %d', 'len(args.m), len(args.n), len(args.e)'], results: ['%d', 'len(retval)'] },
  channels: {
    symbol: 'main.channels',
    entry: ['%d %d %d %d', 'len(args.c), args.c.dataqsiz, len(args.r), len(args.s)'],
    results: ['%d', 'len(retval)'],
  },
  functions: { symbol: 'main.functions', entry: ['%s %d', 'usym(*args.f), args.n'], results: ['%s %d', 'usym(*retval.0), retval.1'] },
  shapes: {
    symbol: 'main.shapes',
    entry: ['%s %s %s %d', 'args.a.type, args.b.type, args.n.type, *(int64 *)args.a.data'],
    results: ['%s', 'retval.type'],
  },
  failing: { symbol: 'main.failing', entry: ['%d %s', 'args.n, args.e.type'], results: ['%s', 'retval.type'] },
  anything: {
    symbol: 'main.anything',
    entry: ['%s %s %s %s', 'args.a.type, args.b.type, args.c.type, args.d.type'],
    results: ['%s', 'retval.type'],
  },
  variadic: { symbol: 'main.variadic', entry: ['%s %d %d', 'args.prefix, len(args.rest), args.rest[2]'], results: ['%d', 'retval'] },
  variadicAny: {
    symbol: 'main.variadicAny',
    entry: ['%s %d %s %s', 'args.format, len(args.args), args.args[0].type, args.args[1].type'],
    results: ['%d', 'len(retval)'],
  },
  Do: {
    symbol: 'main.(*Request).Do',
    entry: ['%s %s %d %s %d', 'args.r.Method, args.r.URL.Path, args.x, args.name, args.r.Length'],
    results: ['%d %s', 'retval.status, retval.err.type'],
  },
  Shift: { symbol: 'main.Point.Shift', entry: ['%d %d %d', 'args.p.X, args.p.Y, args.by'], results: ['%d %d', 'retval.X, retval.Y'] },
  Nameless: { symbol: 'main.(*Square).Nameless', entry: ['%s', 'args.s'], results: ['%s', 'retval'] },
  derived: {
    symbol: 'main.derived',
    entry: [
      '%d %s %s %d %d %s %d',
      'args.d.Serial, args.d.Base.Title, args.d.Path, args.d.Extra, args.p.Base.Serial, args.p.Title, args.p.Extra',
    ],
    results: ['%s', 'retval'],
  },
  Map: { symbol: 'main.Map', entry: ['%d %d', 'len(args.list), args.n'], results: ['%d', 'len(retval)'] },
  Push: {
    symbol: 'main.(*List).Push',
    entry: ['%d %d %s %d', 'len(args.l.items), args.l.limit, args.item, args.n'],
    results: ['%d', 'retval'],
  },
  pairs: {
    symbol: 'main.pairs',
    entry: ['%s %d %d %s', 'args.p.Key, args.p.Value, args.q.Key, args.q.Value[0]'],
    results: ['%s %d %s', 'retval.0.Key, retval.0.Value, retval.1'],
  },
  results: {
    symbol: 'main.results',
    entry: ['%d', 'args.n'],
    results: ['%s %s %d %d %s %d', 'retval.s, str(retval.b), len(retval.m), retval.p.Y, retval.err.type, 2'],
  },
  manyResults: { symbol: 'main.manyResults', entry: ['%d', 'args.n'], results: ['%d %d %d %s', 'retval.a, retval.i, retval.j, retval.s'] },
  recovers: { symbol: 'main.recovers', entry: ['%d', 'args.n'], results: ['%s %s', 'retval.s, retval.err.type'] },
  nothing: { symbol: 'main.nothing', entry: ['', ''], results: ['%s %s %d', 'retval.s, retval.e.type, len(retval.l)'] },
  addAssembly: {
    symbol: 'main.addAssembly.abi0',
    entry: ['%d %d %d', 'sarg0, (int32)sarg1, (int8)(sarg1 >> 32)'],
    results: ['%d %d', 'sarg2, (int8)sarg3'],
  },
  manyIntegers: {
    symbol: 'main.manyIntegers',
    entry: ['%d %d %d %d %d', 'args.a, args.i, args.j, args.k, args.l'],
    results: ['%d', 'retval'],
  },
  manyTexts: {
    symbol: 'main.manyTexts',
    entry: ['%s %s %s %s %d', 'args.a, args.d, args.e, args.g, args.n'],
    results: ['%s', 'retval'],
  },
  escaping: { symbol: 'main.escaping', entry: ['%d %d %s %d', 'args.p.X, args.p.Y, args.s, args.n'], results: ['%d', 'retval.Y'] },
  unused: {
    symbol: 'main.unused',
    entry: ['%d %s %d %s', 'args.a, args.b, args.d, args.e.type'],
    results: ['%d', 'retval'],
  },
  empty: { symbol: 'main.empty', entry: ['%d %s', 'args.n, args.s'], results: ['', ''] },
  pointers: {
    symbol: 'main.pointers',
    entry: ['%d %d %d', 'args.u, *args.b, *args.n'],
    results: ['%d', '*retval'],
  },
  moment: { symbol: 'main.moment', entry: ['%d', 'args.m'], results: ['%d', 'retval'] },
  deep: { symbol: 'main.deep', entry: ['%s %d', '(*args.r).URL.Path, len(args.m)'], results: ['%s', 'retval'] },
  'captures.func1': {
    symbol: 'main.captures.func1',
    since: 23,
    entry: ['%d %s %d %s %d', 'args.n, args.name, len(args.list), args.list[1], args.total'],
    results: ['%d', 'retval'],
  },
}

/** The probes of some functions, at their entries and returns. */
export function signatureScript(path: string, names: readonly string[]): string {
  return names
    .flatMap((name) => {
      const { symbol, entry, results } = SIGNATURES[name] as Signature
      const probe = (kind: string, shown: string, [format, values]: readonly [string, string]) =>
        `${kind}:${path}:"${symbol}" { printf("probe ${shown}${format === '' ? '' : ` ${format}`}\\n"${values === '' ? '' : `, ${values}`}); }`
      return [probe('uprobe', name, entry), ...(results === undefined ? [] : [probe('uretprobe', `${name}=`, results)])]
    })
    .join('\n')
}
