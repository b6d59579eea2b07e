package io.waxwing.mqtt.netty;

import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Hands arriving events to one listener; the rest of what Paho tells is not asked for. */
final class Paho5Callback implements MqttCallback {
    private final IMqttMessageListener listener;

    Paho5Callback(IMqttMessageListener listener) {
        this.listener = listener;
    }

    @Override
    public void messageArrived(String topic, MqttMessage event) throws Exception {
        listener.messageArrived(topic, event);
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
