// A round through @stomp/stompjs over WebSocket: every version, receipts with the eventId, the three ways to acknowledge,
// redelivery, transactions, the error that ends a connection.
// Arguments: ws:// or wss:// with the path. Ends with 0 and "stompjs ok" or with an error.
import assert from 'node:assert/strict';
import { Client, Versions } from '@stomp/stompjs';
import WebSocket from 'ws';

const url = process.argv[2];

function connect(version) {
  return new Promise((resolve, reject) => {
    const client = new Client({
      webSocketFactory: () => new WebSocket(url, new Versions([version]).protocolVersions()),
      stompVersions: new Versions([version]),
      heartbeatIncoming: 1000,
      heartbeatOutgoing: 1000,
      reconnectDelay: 0,
      onConnect: () => resolve(client),
      onStompError: (frame) => client.failed?.(frame) ?? reject(new Error(frame.body)),
    });
    client.activate();
  });
}

let receipts = 0;

function receipt(client, act) {
  const id = `r-${++receipts}`;
  const came = new Promise((resolve) => client.watchForReceipt(id, resolve));
  act({ receipt: id });
  return came;
}

// Messages in the order of coming, for whoever asks for the next one.
function inbox() {
  const waiting = [];
  const messages = [];
  const put = (message) => (waiting.length > 0 ? waiting.shift()(message) : messages.push(message));
  const next = () => (messages.length > 0 ? Promise.resolve(messages.shift()) : new Promise((done) => waiting.push(done)));
  return { put, next };
}

async function round(version) {
  const client = await connect(version);
  assert.equal(client.connectedVersion, version);
  const box = inbox();
  const topic = `/topic/stompjs/${version}`;
  await receipt(client, (headers) =>
    client.subscribe(topic, box.put, { ...headers, id: 's', ack: version === '1.0' ? 'client' : 'client-individual' }));
  // Of the versions with escapes this client knows those of 1.2 only.
  const kind = version === '1.2' ? 'a:b' : 'plain';
  const body = 'line\nünïcode 😀';
  const sent = await receipt(client, (headers) =>
    client.publish({ destination: topic, body, headers: { ...headers, 'content-type': 'text/plain', 'X-Kind': kind } }));
  assert.match(sent.headers['event-id'], /^[0-9a-f]{8}-[0-9]+-[0-9]+$/);
  assert.equal(sent.headers.status, 'ordered');
  const first = await box.next();
  assert.equal(first.body, body);
  assert.equal(first.headers['event-id'], sent.headers['event-id']);
  assert.equal(first.headers['X-Kind'], kind);
  assert.equal(first.headers['content-type'], 'text/plain');
  if (version === '1.0') {
    first.ack();
  } else {
    first.nack();
    const again = await box.next();
    assert.equal(again.body, body);
    assert.equal(again.headers.redelivered, 'true');
    again.ack();
  }
  const aborted = client.begin();
  client.publish({ destination: topic, body: 'never', headers: { transaction: aborted.id } });
  aborted.abort();
  const kept = client.begin();
  for (const text of ['one', 'two']) client.publish({ destination: topic, body: text, headers: { transaction: kept.id } });
  kept.commit();
  for (const text of ['one', 'two']) {
    const message = await box.next();
    assert.equal(message.body, text);
    message.ack();
  }
  const failed = new Promise((resolve) => { client.failed = (frame) => { resolve(frame); return true; }; });
  client.publish({ destination: '/queue/none', body: 'x', headers: { receipt: 'bad' } });
  const error = await failed;
  assert.equal(error.headers.code, 'WXW-1001');
  assert.equal(error.headers['receipt-id'], 'bad');
  await client.deactivate();
}

for (const version of ['1.0', '1.1', '1.2']) await round(version);
console.log('stompjs ok');
