// What a page in Debian's Chromium gets: EventSource with resume, filters and server-sent names, STOMP over WebSocket by
// @stomp/stompjs, and no event from a node that another origin's page asks.
// Arguments: http://host:port of the node, ws://host:port/stomp of the node. Ends with 0 and "chromium ok" or with an error.
import assert from 'node:assert/strict';
import net from 'node:net';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const node = new URL(process.argv[2]);
const stomp = process.argv[3];

// The page comes through this port, so that its connections can be cut.
const open = new Set();
const wire = net.createServer((client) => {
  const server = net.connect(Number(node.port), node.hostname);
  open.add(client);
  client.on('close', () => open.delete(client));
  client.pipe(server).pipe(client);
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
});
await new Promise((done) => wire.listen(0, '127.0.0.1', done));
const own = `http://127.0.0.1:${wire.address().port}`;

async function publish(topic, body, headers = {}) {
  const answer = await fetch(new URL(`/v1/topics/${topic}/events`, node), {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/plain', ...headers },
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  return (await answer.json()).eventId;
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  await page.goto(`${own}/health/live`);
  await page.evaluate(() => {
    window.follow = (name, url, type) =>
      new Promise((opened, failed) => {
        const source = new EventSource(url);
        const stream = { source, got: [], opens: 0, errors: 0 };
        window[name] = stream;
        source.onopen = () => {
          stream.opens++;
          opened();
        };
        source.onerror = () => {
          stream.errors++;
          if (source.readyState === EventSource.CLOSED) {
            failed(new Error('closed'));
          }
        };
        source.addEventListener(type, (event) => stream.got.push({ id: event.lastEventId, event: JSON.parse(event.data) }));
      });
  });
  const follow = (name, url, type = 'io.waxwing.raw') =>
    page.evaluate(([n, u, t]) => window.follow(n, u, t), [name, url, type]);
  const got = async (name, count) => {
    await page.waitForFunction(([n, c]) => window[n].got.length >= c, [name, count]);
    return page.evaluate((n) => window[n].got, name);
  };

  // Live, in order, with the eventId as id.
  await follow('live', '/v1/topics/chromium%2Fa/events');
  const ids = [];
  for (const text of ['one', 'zwei ünï 😀', 'three']) {
    ids.push(await publish('chromium%2Fa', text));
  }
  const first = await got('live', 3);
  assert.deepEqual(first.map((each) => each.id), ids);
  assert.equal(first[1].event.data, 'zwei ünï 😀');

  // The connection is cut; what is published meanwhile comes when the browser is back by itself, nothing twice.
  open.forEach((socket) => socket.destroy());
  ids.push(await publish('chromium%2Fa', 'while away'));
  ids.push(await publish('chromium%2Fa', 'still away'));
  const resumed = await got('live', 5);
  assert.deepEqual(resumed.map((each) => each.id), ids);
  assert.ok(await page.evaluate(() => window.live.opens >= 2 && window.live.errors >= 1));

  // From the beginning, by a filter of topics and by CESQL.
  await follow('past', '/v1/events?filter=chromium/%23&from=first');
  assert.deepEqual((await got('past', 5)).map((each) => each.id), ids);
  const sql = encodeURIComponent("type = 'chosen'");
  await follow('chosen', `/v1/events?filter=chromium/%23&sql=${sql}`, 'chosen');
  const ce = { 'ce-specversion': '1.0', 'ce-source': 'chromium', 'ce-id': '1', 'ce-type': 'passed' };
  await publish('chromium%2Fb', 'x', ce);
  const wanted = await publish('chromium%2Fb', 'y', { ...ce, 'ce-id': '2', 'ce-type': 'chosen' });
  assert.deepEqual((await got('chosen', 1)).map((each) => each.id), [wanted]);

  // What cannot be asked for ends the stream instead of asking for ever.
  assert.equal(await follow('wrong', '/v1/topics/chromium/events?from=nowhere').catch(() => 'closed'), 'closed');

  // STOMP over WebSocket.
  await page.addScriptTag({ content: readFileSync('node_modules/@stomp/stompjs/bundles/stomp.umd.js', 'utf8') });
  const frames = await page.evaluate(
    (url) =>
      new Promise((done, failed) => {
        const seen = {};
        const client = new StompJs.Client({
          brokerURL: url,
          reconnectDelay: 0,
          onStompError: (frame) => failed(new Error(frame.body)),
          onWebSocketError: () => failed(new Error('no WebSocket')),
          onConnect: () => {
            client.watchForReceipt('subscribed', () => {
              client.watchForReceipt('sent', (frame) => {
                seen.receipt = frame.headers['event-id'];
                if (seen.message) {
                  done(seen);
                }
              });
              client.publish({ destination: 'chromium/c', body: 'from a page', headers: { receipt: 'sent' } });
            });
            client.subscribe(
              'chromium/c',
              (message) => {
                message.ack();
                seen.message = { body: message.body, id: message.headers['event-id'] };
                if (seen.receipt) {
                  done(seen);
                }
              },
              { receipt: 'subscribed', ack: 'client-individual' },
            );
          },
        });
        client.activate();
      }),
    stomp,
  );
  assert.equal(frames.message.body, 'from a page');
  assert.equal(frames.message.id, frames.receipt);

  // A page of another origin: neither EventSource nor WebSocket nor fetch.
  const elsewhere = createServer((request, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end('<p>elsewhere</p>');
  });
  await new Promise((done) => elsewhere.listen(0, '127.0.0.1', done));
  const stranger = await browser.newPage();
  await stranger.goto(`http://localhost:${elsewhere.address().port}/`);
  const refused = await stranger.evaluate(
    async ([http, ws]) => {
      const source = await new Promise((done) => {
        const each = new EventSource(`${http}v1/topics/chromium%2Fa/events?from=first`);
        each.onopen = () => done('open');
        each.onerror = () => {
          each.close();
          done('refused');
        };
      });
      const socket = await new Promise((done) => {
        const each = new WebSocket(ws, 'v12.stomp');
        each.onopen = () => done('open');
        each.onerror = () => done('refused');
      });
      const read = await fetch(`${http}v1/topics`).then(() => 'read', () => 'refused');
      return { source, socket, read };
    },
    [node.href, stomp],
  );
  assert.deepEqual(refused, { source: 'refused', socket: 'refused', read: 'refused' });
  elsewhere.close();
  console.log('chromium ok');
} finally {
  await browser.close();
  open.forEach((socket) => socket.destroy());
  wire.close();
}
// What is left are connections that somebody keeps open for later.
process.exit(0);
