// A peer made by hand: it finds others through a tracker, asks for segments and gives its own.
// Speaks what p2p-media-loader 2 speaks, as little of it as a story needs.

const latin = (bytes) => String.fromCharCode(...bytes);
const random20 = () => latin(crypto.getRandomValues(new Uint8Array(20)));
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const integer = (value) => {
  const digits = [];
  for (let rest = value; rest > 0 || digits.length === 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  if (digits[0] > 127) digits.unshift(0);
  return [digits.length, ...digits];
};

// One group: ids below 256.
const set = (ids) => [16, 1, ...integer(ids.length), ...ids];

const command = (code, fields) => {
  const value = (of) => (Array.isArray(of) ? set(of) : integer(of));
  const body = Object.entries(fields).flatMap(([name, of]) => [name.charCodeAt(0), ...value(of)]);
  return new Uint8Array([...new TextEncoder().encode('cstr'), code, ...body, ...new TextEncoder().encode('cend')]);
};

const isCommand = (bytes) => {
  if (bytes.length < 8) return false;
  const start = latin(bytes.subarray(0, 4));
  const end = latin(bytes.subarray(-4));
  return (start === 'cstr' || start === 'dstr') && (end === 'cend' || end === 'dend');
};

// Code and integer fields; a set becomes the list of its members.
const parse = (bytes) => {
  let at = 5;
  const read = () => {
    const length = bytes[at++] & 15;
    let value = 0;
    for (let left = length; left > 0; left--) value = value * 256 + bytes[at++];
    return value;
  };
  const fields = {};
  while (at < bytes.length - 4) {
    const name = String.fromCharCode(bytes[at++]);
    if (bytes[at] >> 4 === 0) {
      fields[name] = read();
    } else {
      at++;
      const members = [];
      for (let groups = bytes[at++]; groups > 0; groups--) {
        const number = read();
        for (let left = number % 256; left > 0; left--) members.push(number - (number % 256) + bytes[at++]);
      }
      fields[name] = members;
    }
  }
  return { code: bytes[4], fields };
};

class Peer {
  constructor() {
    this.bytes = 0;
    this.commands = 0;
    this.held = [];
    this.served = [];
    this.waiting = null;
    this.isOpen = false;
    this.isClosed = false;
  }

  take(channel) {
    this.channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.onopen = () => { this.isOpen = true; };
    channel.onclose = () => { this.isClosed = true; this.fail('the channel closed'); };
    channel.onmessage = ({ data }) => this.hear(new Uint8Array(data));
    if (channel.readyState === 'open') this.isOpen = true;
  }

  fail(why) {
    if (this.waiting) this.waiting.reject(new Error(why));
    this.waiting = null;
  }

  hear(bytes) {
    if (!isCommand(bytes)) {
      this.bytes += bytes.length;
      if (this.waiting) this.waiting.parts.push(bytes);
      return;
    }
    this.commands += 1;
    const { code, fields } = parse(bytes);
    if (code === 0) this.held = fields.l ?? [];
    if (code === 1 && this.serve) this.serve(fields);
    if (!this.waiting || fields.r !== this.waiting.request) return;
    if (code === 2) this.waiting.size = fields.s;
    if (code === 4) this.fail('absent');
    if (code === 3) {
      const { resolve, parts, size } = this.waiting;
      this.waiting = null;
      resolve({ parts, size });
    }
  }

  // Asks for a segment from a byte on.
  ask(segment, from = 0) {
    const request = Math.floor(Math.random() * 1000000);
    return new Promise((resolve, reject) => {
      this.waiting = { request, parts: [], size: 0, resolve, reject };
      this.channel.send(command(1, { i: segment, r: request, ...(from ? { b: from } : {}) }));
    });
  }

  // The same, and what its bytes are hashed to.
  async fetch(segment, from = 0) {
    const { parts, size } = await this.ask(segment, from);
    const whole = await new Blob(parts).arrayBuffer();
    return { size, bytes: whole.byteLength, sha256: hex(await crypto.subtle.digest('SHA-256', whole)) };
  }

  // Offers to whoever the tracker names.
  async offer(tracker, infoHash) {
    const connection = new RTCPeerConnection();
    this.connection = connection;
    this.take(connection.createDataChannel('any'));
    await connection.setLocalDescription();
    const offer = await this.gathered();
    const me = `-XX0100-${Math.random().toString(36).slice(2).padEnd(12, 'x').slice(0, 12)}`;
    const socket = new WebSocket(tracker);
    this.socket = socket;
    this.said = [];
    socket.onmessage = async ({ data }) => {
      const message = JSON.parse(data);
      this.said.push(message);
      if (message.answer) {
        this.answer = message.answer.sdp;
        await connection.setRemoteDescription(message.answer);
      }
    };
    await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = () => reject(new Error('no tracker')); });
    socket.send(JSON.stringify({
      numwant: 1, uploaded: 0, downloaded: 0, event: 'started', action: 'announce',
      info_hash: infoHash, peer_id: me, offers: [{ offer, offer_id: random20() }],
    }));
  }

  // Takes segments from their file, to give them to others.
  async load(file, ranges) {
    this.segments = await Promise.all(ranges.map(async ([first, last]) => {
      const answer = await fetch(file, { headers: { range: `bytes=${first}-${last}` } });
      return new Uint8Array(await answer.arrayBuffer());
    }));
  }

  // Turns a byte of each segment, so that it has its length and nothing else says what it is.
  forge() {
    for (const segment of this.segments) segment[segment.length >> 1] ^= 1;
  }

  // Says that it has all of them.
  announce() {
    this.channel.send(command(0, { l: this.segments.map((_, id) => id) }));
  }

  // Gives a segment as p2p-media-loader does: slice by slice, with 64 KiB on the way.
  async serve({ i: segment, r: request, b: from = 0 }) {
    const bytes = this.segments?.[segment]?.subarray(from);
    if (!bytes) return this.channel.send(command(4, { i: segment, r: request }));
    this.channel.bufferedAmountLowThreshold = 65536;
    this.channel.send(command(2, { i: segment, s: bytes.length, r: request }));
    for (let at = 0; at < bytes.length; at += 65535) {
      this.channel.send(bytes.subarray(at, at + 65535));
      if (this.channel.bufferedAmount > 65536) {
        await new Promise((resolve) => { this.channel.onbufferedamountlow = resolve; });
      }
    }
    this.channel.send(command(3, { i: segment, r: request }));
    this.served.push(segment);
  }

  async gathered() {
    while (this.connection.iceGatheringState !== 'complete') {
      await new Promise((resolve) => this.connection.addEventListener('icegatheringstatechange', resolve, { once: true }));
    }
    const { type, sdp } = this.connection.localDescription;
    return { type, sdp };
  }

  // An offer for somebody who is told it by other means than a tracker.
  async describe() {
    this.connection = new RTCPeerConnection();
    this.take(this.connection.createDataChannel('any'));
    await this.connection.setLocalDescription();
    return this.gathered();
  }

  async answerTo(offer) {
    this.connection = new RTCPeerConnection();
    this.connection.ondatachannel = ({ channel }) => this.take(channel);
    await this.connection.setRemoteDescription(offer);
    await this.connection.setLocalDescription();
    return this.gathered();
  }

  close() {
    this.connection?.close();
    this.socket?.close();
  }
}
