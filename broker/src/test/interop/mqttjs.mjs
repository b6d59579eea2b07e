// A round through mqtt.js: MQTT 3.1.1 and 5, QoS 0, 1 and 2, a retained value, the eventId on the acknowledgement.
// Arguments: mqtt://host:port, or ws:// or wss:// with the path; the topic to work under. Ends with 0 and "mqtt.js ok" or with an error.
import assert from 'node:assert/strict';
import mqtt from 'mqtt';

const url = process.argv[2];
const under = process.argv[3] ?? 'js';

async function round(protocolVersion) {
  const client = await mqtt.connectAsync(url, { protocolVersion, reconnectPeriod: 0, clientId: `js-${protocolVersion}` });
  const got = [];
  const wanted = 3;
  const all = new Promise((resolve) => {
    client.on('message', (topic, payload, packet) => {
      got.push({ topic, text: payload.toString(), qos: packet.qos, retain: packet.retain });
      if (got.length === wanted) resolve();
    });
  });
  const acks = [];
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'puback') acks.push(packet);
  });
  const granted = await client.subscribeAsync(`${under}/${protocolVersion}/#`, { qos: 2 });
  assert.equal(granted[0].qos, 2);
  for (const qos of [0, 1, 2]) {
    await client.publishAsync(`${under}/${protocolVersion}/q${qos}`, `hello ${qos}`, { qos });
  }
  await all;
  assert.equal(acks.length, 1);
  if (protocolVersion === 5) {
    assert.match(acks[0].properties?.userProperties?.wxweventid ?? '', /^[0-9a-f]{8}-[0-9]+-[0-9]+$/);
  }
  assert.deepEqual(got.map((m) => m.qos).sort(), [0, 1, 2]);
  await client.publishAsync(`${under}/${protocolVersion}/kept`, 'last', { qos: 1, retain: true });
  const later = await mqtt.connectAsync(url, { protocolVersion, reconnectPeriod: 0 });
  const retained = new Promise((resolve) => later.on('message', (topic, payload, packet) => resolve({ payload, packet })));
  await later.subscribeAsync(`${under}/${protocolVersion}/kept`, { qos: 1 });
  const { payload, packet } = await retained;
  assert.equal(payload.toString(), 'last');
  assert.equal(packet.retain, true);
  await later.endAsync();
  await client.endAsync();
}

await round(4);
await round(5);
console.log('mqtt.js ok');
