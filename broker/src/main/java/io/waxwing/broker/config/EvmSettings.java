package io.waxwing.broker.config;

import io.waxwing.anchor.outside.evm.EvmChain;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * See {@code outside.evm.*}.
 *
 * @param url of the JSON-RPC endpoint
 * @param interval between two transactions at least
 */
public record EvmSettings(URI url, EvmChain chain, Duration interval) {
    private static final Pattern ADDRESS = Pattern.compile("(0x[0-9a-fA-F]{40})?");
    private static final BigInteger WEI_OF_GWEI = BigInteger.TEN.pow(9);
    // The wire and the records have 18 digits.
    private static final long MAX_CHAIN_ID = 999_999_999_999_999_999L;

    /** Null without an address: then there is no such anchor. */
    static @Nullable EvmSettings of(Settings settings) {
        String to = settings.matching("outside.evm.to", ADDRESS, "an address, 0x and 40 hexadecimal digits");
        Duration interval = settings.duration("outside.evm.interval");
        Duration patience = settings.duration("outside.evm.patience");
        if (interval.isZero() || patience.isZero()) {
            throw new RefusedException(
                    FailureCode.CONFIG_VALUE, "outside.evm.interval and outside.evm.patience: want more than 0");
        }
        EvmChain chain = new EvmChain(
                settings.number("outside.evm.chainId", 0, MAX_CHAIN_ID),
                to.isEmpty() ? null : to.toLowerCase(Locale.ROOT),
                (int) settings.number("outside.evm.confirmations", 1, 1000),
                patience,
                BigInteger.valueOf(settings.number("outside.evm.maxGasPriceGwei", 1, 1_000_000))
                        .multiply(WEI_OF_GWEI));
        String url = settings.text("outside.evm.url");
        if (url.isEmpty()) {
            return null;
        }
        if (chain.chainId() == 0) {
            throw new RefusedException(FailureCode.CONFIG_VALUE, "outside.evm.chainId: an anchor needs one");
        }
        URI address = Items.httpAddress(url);
        if (address == null) {
            // Not shown: such addresses often carry a secret.
            throw new RefusedException(FailureCode.CONFIG_VALUE, "outside.evm.url: want an http address");
        }
        return new EvmSettings(address, chain, interval);
    }
}
