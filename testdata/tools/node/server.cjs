// A Node.js server to trace: it keeps its event loop busy, makes garbage, burns time and talks to itself by TLS as its clients ask, and
// tells in /truth what it has counted. Its certificate is in the environment. Prints its port; ends when its standard input does.
const http = require('node:http')
const tls = require('node:tls')
const { PerformanceObserver } = require('node:perf_hooks')

const truth = { busy_us: 0, stalls: 0, minor: 0, major: 0, sent: 0, received: 0 }
new PerformanceObserver((list) => {
  for (const { detail } of list.getEntries()) {
    if (detail.kind === 1) truth.minor++
    if (detail.kind === 4) truth.major++
  }
}).observe({ entryTypes: ['gc'] })

function burn(ms) {
  const end = performance.now() + ms
  let sum = 0
  while (performance.now() < end) for (let i = 0; i < 1000; i++) sum += Math.sqrt(i)
  return sum
}

function stall(ms) {
  const start = performance.now()
  burn(ms)
  truth.busy_us += (performance.now() - start) * 1000
  truth.stalls++
}

function converse(done) {
  const options = { cert: process.env.CERTIFICATE, key: process.env.KEY, rejectUnauthorized: false }
  const server = tls.createServer(options, (socket) => {
    socket.once('data', (data) => {
      truth.received += data.length
      const answer = 'the answer is 42\n'
      truth.sent += answer.length
      socket.end(answer)
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const client = tls.connect({ port: server.address().port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      const question = 'what is the secret?\n'
      truth.sent += question.length
      client.write(question)
    })
    client.on('data', (data) => {
      truth.received += data.length
    })
    client.on('close', () => server.close(done))
  })
}

const work = {
  '/stall': (n, answer) => answer(stall(n)),
  '/burn': (n, answer) => answer(burn(n)),
  '/gc': (n, answer) => {
    for (let i = 0; i < n; i++) global.gc()
    for (let i = 0; i < n; i++) global.gc({ type: 'minor' })
    answer()
  },
  '/tls': (_n, answer) => converse(answer),
  '/truth': (_n, answer) => setTimeout(answer, 20),
}

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost')
  work[url.pathname](Number(url.searchParams.get('n')), () => response.end(JSON.stringify(truth)))
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
process.stdin.on('end', () => process.exit()).resume()
