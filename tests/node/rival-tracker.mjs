// The reference's tracker, WebSocket alone; prints its port.
import { Server } from 'bittorrent-tracker'

const server = new Server({ udp: false, http: false, ws: true, stats: false })
server.on('error', error => {
  console.error(error)
  process.exit(1)
})
server.on('warning', () => {})
server.listen(0, '127.0.0.1', () => console.log(server.http.address().port))
