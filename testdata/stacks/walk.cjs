// As walk.c, in JavaScript: prints every stack by V8's own traceback.
const { statSync } = require('node:fs')

process.title = 'walkjs'
let state = 99
let sum = 0
const next = () => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0
  return state >>> 16
}
Error.stackTraceLimit = 100

function tick(depth) {
  const lines = new Error('tick').stack.split('\n').slice(1)
  const own = lines.filter((line) => line.includes(__filename))
  console.log(own.map((line) => /at (?:new |Object\.|Array\.|[A-Z]\w*\.)?(\S+) /.exec(line)?.[1] ?? '').join(' '))
  statSync('/')
  sum += depth
}

class Walker {
  step(depth) {
    if (depth <= 0) tick(depth)
    else if (next() % 3 === 0) {
      ;[depth].forEach(function each(n) {
        walk(n - 1)
        sum++
      })
    } else if (next() % 2) this.other(depth - 1)
    else walk(depth - 1)
    sum++
  }
  other(depth) {
    if (depth <= 0) tick(depth)
    else walk(depth - 1)
    sum--
  }
}
const walker = new Walker()
function walk(depth) {
  if (next() % 4 === 0) tick(depth)
  else walker.step(depth)
  sum++
}
for (let i = 0; i < 200; i++) walk(next() % 12)
// What it has mapped is looked at while it is there.
setTimeout(() => {}, 300)
