package io.waxwing.broker.process;

import java.util.Queue;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Writes down what arrives as "qos payload"; anything that goes wrong is written down too, so that a test sees it. */
final class PahoCallback implements MqttCallback {
    private final Queue<String> got;

    PahoCallback(Queue<String> got) {
        this.got = got;
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        got.add(message.getQos() + " " + message);
    }

    @Override
    public void mqttErrorOccurred(MqttException failure) {
        got.add("error " + failure);
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        got.add("disconnected " + response.getReturnCode());
    }

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String uri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
