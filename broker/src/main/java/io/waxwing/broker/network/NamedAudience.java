package io.waxwing.broker.network;

import io.waxwing.ledger.control.CeremonyCodes;
import io.waxwing.ledger.control.Genesis.PrivateAudience;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.failure.LedgerFailure;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An audience as it is typed, {@code contracts=bank-a,bank-b:all}: its name, its members and how many of them must hold
 * a payload ({@code quorum} if that is not said).
 *
 * @param name for the settings of its members only
 */
public record NamedAudience(String name, PrivateAudience audience) {
    private static final Pattern FORM =
            Pattern.compile("([a-z][a-z0-9-]{0,31})=([a-z0-9,-]+)(?::(quorum|origin|all))?");

    /** Throws {@link LedgerFailure} WXW-3141 if it has another form. */
    public static NamedAudience parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new LedgerFailure(
                    CeremonyCodes.MEMBERS, "an audience is name=member,member[:quorum|origin|all], got '" + text + "'");
        }
        Set<String> members = new TreeSet<>(Arrays.asList(matcher.group(2).split(",", -1)));
        String word = matcher.group(3);
        Availability availability = word == null
                ? Availability.QUORUM
                : Arrays.stream(Availability.values())
                        .filter(each -> each.word().equals(word))
                        .findFirst()
                        .orElseThrow();
        return new NamedAudience(matcher.group(1), new PrivateAudience(availability, members));
    }
}
