// A stock WebTorrent client, told what to do by its arguments. Prints one line of JSON when it has what it was sent for.
//
//   node fetch.mjs fetch WHAT FOLDER   fetches a magnet link or the address of a .torrent
//   node fetch.mjs seed WHAT FOLDER    shares the file that lies in FOLDER until its input ends
//   node fetch.mjs meet WHAT FOLDER    fetches from other clients alone, met through a WebSocket tracker
import fs from 'node:fs'
import parseTorrent from 'parse-torrent'
import WebTorrent from 'webtorrent'

const [task, what, folder] = process.argv.slice(2)
const quiet = { dht: false, lsd: false, utp: false, natUpnp: false, natPmp: false }

async function torrentOf (what) {
  if (what.startsWith('magnet:')) return what
  const answer = await fetch(what)
  if (!answer.ok) throw new Error(`${what}: ${answer.status}`)
  const torrent = await parseTorrent(new Uint8Array(await answer.arrayBuffer()))
  if (task !== 'fetch') torrent.announce = torrent.announce.filter(address => address.startsWith('ws'))
  return torrent
}

const client = new WebTorrent({
  ...quiet,
  webSeeds: task === 'fetch',
  tracker: { rtcConfig: { iceServers: [] } }
})
const fail = error => {
  console.error(error)
  process.exit(1)
}
client.on('error', fail)

const wires = new Set()
const torrent = client.add(await torrentOf(what), { path: folder })
torrent.on('warning', warning => console.error('warning:', warning.message))
torrent.on('wire', wire => wires.add(wire.type))
torrent.on('done', () => {
  console.log(JSON.stringify({
    infoHash: torrent.infoHash,
    name: torrent.name,
    bytes: torrent.length,
    wires: [...wires].sort(),
    announce: torrent.announce
  }))
  // Closes the files before it ends.
  if (task !== 'seed') client.destroy(() => process.exit(0))
})
if (task === 'seed') {
  process.stdin.resume()
  process.stdin.on('end', () => client.destroy(() => process.exit(0)))
}
if (!fs.existsSync(folder)) fail(new Error(`${folder} is missing`))
