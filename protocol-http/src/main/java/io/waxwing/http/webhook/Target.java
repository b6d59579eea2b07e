package io.waxwing.http.webhook;

import io.netty.util.NetUtil;
import io.waxwing.http.exchange.JsonBody;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;

/** Where a webhook goes. */
final class Target {
    private static final int CHARS_MAX = 2_048;

    private Target() {}

    /**
     * Reads it.
     *
     * @param privateNetworks whether it may be an address that is not public, and without TLS
     * @throws io.waxwing.http.exchange.ProblemException 400 with the reason
     */
    static URI parse(String text, boolean privateNetworks) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw JsonBody.refused("want an https address", "/url");
        }
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        boolean plain = privateNetworks && "http".equalsIgnoreCase(uri.getScheme());
        boolean whole = uri.getHost() != null
                && uri.getRawUserInfo() == null
                && uri.getRawFragment() == null
                && text.length() <= CHARS_MAX
                && text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
        if (!whole || !(tls || plain)) {
            throw JsonBody.refused(
                    "want an address with https and a host, without user and fragment, of 2048 characters at most",
                    "/url");
        }
        if (!privateNetworks && !mayBePublic(uri.getHost())) {
            throw JsonBody.refused("this address is not public; see webhooks.privateNetworks", "/url");
        }
        return uri;
    }

    /** What ends in a number is an address in one of the ways that some systems read (RFC 6943 section 3.1.1). */
    private static boolean isName(String host) {
        String last = host.substring(host.lastIndexOf('.') + 1);
        return !last.isEmpty() && !Character.isDigit(last.charAt(0));
    }

    /** False for the text of an address that is not public. What a name means is judged whenever it is looked up. */
    private static boolean mayBePublic(String host) {
        boolean brackets = host.startsWith("[");
        String bare = brackets ? host.substring(1, host.length() - 1) : host.replaceFirst("\\.$", "");
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(bare);
        try {
            return bytes == null ? !brackets && isName(bare) : AddressRules.isPublic(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException notFourOrSixteen) {
            return false;
        }
    }
}
