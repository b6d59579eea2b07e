package io.waxwing.broker.access;

import io.waxwing.bus.identity.Grant;
import io.waxwing.bus.quota.Quota;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One user of the access file.
 *
 * @param name by {@link io.waxwing.bus.identity.Principal#isName}
 * @param password null: none is taken, only proofs, tokens and certificates let the user in
 * @param scram what proofs of the password are checked with; null: none are
 * @param certificates names in client certificates that stand for the user
 * @param tokens API keys
 * @param grants what the user may do
 * @param quota how much the user may publish, over all connections
 */
record User(
        String name,
        @Nullable PasswordHash password,
        @Nullable ScramVerifier scram,
        List<String> certificates,
        List<ApiKey> tokens,
        List<Grant> grants,
        Quota quota) {
    User {
        certificates = List.copyOf(certificates);
        tokens = List.copyOf(tokens);
        grants = List.copyOf(grants);
    }
}
