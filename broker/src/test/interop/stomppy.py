"""A round through stomp.py over TCP: every version, receipts with the eventId, the ways to acknowledge, redelivery,
transactions, selectors, heart-beats, the error that ends a connection.

Argument: the port. Ends with 0 and "stomp.py ok" or with an error.
"""

import re
import sys
import threading

import stomp

PORT = int(sys.argv[1])
SECONDS = 20


class Inbox(stomp.ConnectionListener):
    """What came, for whoever waits for it."""

    def __init__(self):
        self.came = []
        self.changed = threading.Condition()

    def add(self, kind, frame):
        with self.changed:
            self.came.append((kind, frame))
            self.changed.notify_all()

    def on_message(self, frame):
        self.add("MESSAGE", frame)

    def on_receipt(self, frame):
        self.add("RECEIPT", frame)

    def on_error(self, frame):
        self.add("ERROR", frame)

    def on_disconnected(self):
        self.add("END", None)

    def next(self, kind):
        """Takes the oldest frame of that kind."""
        with self.changed:
            found = lambda: next((one for one in self.came if one[0] == kind), None)
            assert self.changed.wait_for(found, SECONDS), (kind, self.came)
            one = found()
            self.came.remove(one)
            return one[1]


def acknowledge(connection, version, message, good=True):
    act = connection.ack if good else connection.nack
    if version == "1.2":
        act(message.headers["ack"])
    elif version == "1.1":
        act(message.headers["message-id"], "s")
    else:
        act(message.headers["message-id"])


def one_round(version, make):
    inbox = Inbox()
    connection = make([("127.0.0.1", PORT)])
    connection.set_listener("", inbox)
    connection.connect("sensor-7", "secret", wait=True)
    topic = "/topic/stomppy/" + version
    mode = "client" if version == "1.0" else "client-individual"
    more = {} if version == "1.0" else {"id": "s"}
    connection.subscribe(topic + "/#", ack=mode, headers={"receipt": "sub"}, **more)
    assert inbox.next("RECEIPT").headers["receipt-id"] == "sub"
    body = "line\nünïcode 😀 and a \0 too"
    connection.send(topic + "/a", body, "text/plain", headers={"receipt": "one", "X-Kind": "plain", "message-id": "m" + version})
    receipt = inbox.next("RECEIPT").headers
    assert receipt["status"] == "ordered", receipt
    assert re.fullmatch("[0-9a-f]{8}-[0-9]+-[0-9]+", receipt["event-id"]), receipt
    message = inbox.next("MESSAGE")
    assert message.body == body, message
    assert message.headers["event-id"] == receipt["event-id"]
    assert message.headers["X-Kind"] == "plain" and message.headers["destination"] == topic + "/a"
    if version == "1.0":
        acknowledge(connection, version, message)
    else:
        acknowledge(connection, version, message, False)
        again = inbox.next("MESSAGE")
        assert again.body == body and again.headers["redelivered"] == "true", again
        acknowledge(connection, version, again)
    # The same event once more, as after a broken connection: no second one.
    connection.send(topic + "/a", body, "text/plain", headers={"receipt": "two", "X-Kind": "plain", "message-id": "m" + version})
    repeat = inbox.next("RECEIPT").headers
    assert repeat["duplicate"] == "true" and repeat["event-id"] == receipt["event-id"], repeat
    aborted = connection.begin()
    connection.send(topic + "/t", "never", transaction=aborted)
    connection.abort(aborted)
    kept = connection.begin()
    connection.send(topic + "/t", "1", transaction=kept)
    connection.send(topic + "/t", "2", transaction=kept)
    connection.commit(kept)
    for text in ("1", "2"):
        message = inbox.next("MESSAGE")
        assert message.body == text, message
        acknowledge(connection, version, message)
    connection.send("/queue/none", "x", headers={"receipt": "bad"})
    error = inbox.next("ERROR").headers
    assert error["code"] == "WXW-1001" and error["receipt-id"] == "bad", error
    inbox.next("END")


def selected():
    inbox = Inbox()
    connection = stomp.Connection12([("127.0.0.1", PORT)])
    connection.set_listener("", inbox)
    connection.connect("sensor-7", "secret", wait=True)
    connection.subscribe("/topic/stomppy/select", id="f", headers={"receipt": "sub", "selector": "color = 'red'"})
    inbox.next("RECEIPT")
    for color in ("blue", "red", "green", "red"):
        connection.send("/topic/stomppy/select", color, "text/plain", headers={"color": color})
    for _ in range(2):
        message = inbox.next("MESSAGE")
        assert message.body == "red" and message.headers["subscription"] == "f", message
    connection.subscribe("/topic/stomppy/select", id="g", headers={"selector": "color ="})
    error = inbox.next("ERROR").headers
    assert error["code"] == "WXW-1015", error
    inbox.next("END")


def client(inbox):
    connection = stomp.Connection12([("127.0.0.1", PORT)])
    connection.set_listener("", inbox)
    connection.connect("sensor-7", "secret", wait=True)
    return connection


def durable():
    """What came while the consumer was away is there; two consumers of one queue share it; what is given up is dead."""
    topic, name = "/topic/stomppy/durable", {"durable-subscription-name": "stomppy"}
    inbox = Inbox()
    first = client(inbox)
    first.subscribe(topic, id="s", ack="client-individual", headers={"receipt": "sub", **name})
    inbox.next("RECEIPT")
    first.send(topic, "1", "text/plain", headers={"receipt": "sent"})
    assert inbox.next("RECEIPT").headers["status"] == "ordered"
    first.ack(inbox.next("MESSAGE").headers["ack"], receipt="acked")
    inbox.next("RECEIPT")
    first.disconnect("bye")
    inbox.next("END")
    publisher = client(Inbox())
    for text in ("2", "3", "4", "5"):
        publisher.send(topic, text, "text/plain")
    inbox = Inbox()
    again = client(inbox)
    again.subscribe(topic, id="s", ack="client-individual", headers={"prefetch-count": "2", **name})
    two = inbox.next("MESSAGE")
    assert two.body == "2" and "redelivered" not in two.headers, two
    other_inbox = Inbox()
    other = client(other_inbox)
    other.subscribe("/queue/stomppy", id="q", ack="client-individual")
    three = inbox.next("MESSAGE")
    seen = {two.body, three.body}
    while seen != {"2", "3", "4", "5"}:
        seen.add(other_inbox.next("MESSAGE").body)
    again.nack(three.headers["ack"])
    redelivered = None
    while redelivered is None:
        with inbox.changed, other_inbox.changed:
            for box, connection in ((inbox, again), (other_inbox, other)):
                for kind, frame in box.came:
                    if kind == "MESSAGE" and frame.body == three.body and frame.headers.get("redelivered") == "true":
                        redelivered = (connection, frame)
        if redelivered is None:
            threading.Event().wait(0.05)
    connection, frame = redelivered
    connection.nack(frame.headers["ack"], requeue="false")
    again.unsubscribe(id="s", headers=name)
    other_error = other_inbox.next("ERROR").headers
    assert other_error["code"] == "WXW-1220", other_error


selected()
durable()
one_round("1.0", stomp.Connection10)
one_round("1.1", lambda hosts: stomp.Connection11(hosts, heartbeats=(1000, 1000)))
one_round("1.2", lambda hosts: stomp.Connection12(hosts, heartbeats=(1000, 1000)))
print("stomp.py ok")
