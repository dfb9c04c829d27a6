// Two stock WebTorrent clients meet through a tracker and say hello to each other.
// node pair.mjs wss://HOST/tracker/socket INFO_HASH_HEX
import Client from 'bittorrent-tracker'

const PATIENCE_MS = 60_000
const [announce, infoHash] = process.argv.slice(2)
const heard = new Set()

function start (letter) {
  const client = new Client({
    infoHash,
    peerId: Buffer.from(`-XX0100-${letter.repeat(12)}`),
    // Clients of one process share the connection to one address, and nobody meets itself on a connection.
    announce: [`${announce}?${letter}`],
    port: 6881,
    rtcConfig: { iceServers: [] }
  })
  client.on('error', fail)
  client.on('warning', fail)
  client.on('peer', peer => {
    peer.on('error', () => {})
    peer.on('connect', () => peer.send(`hello from ${letter}`))
    peer.on('data', data => {
      heard.add(`${letter} heard ${Buffer.from(data)}`)
      if (heard.size === 2) {
        console.log(JSON.stringify([...heard].sort()))
        process.exit(0)
      }
    })
  })
  client.start()
  return client
}

function fail (error) {
  console.error(error)
  process.exit(1)
}

setTimeout(() => fail(new Error(`they never met: ${[...heard]}`)), PATIENCE_MS)
start('a').once('update', () => start('b'))
