package io.waxwing.bus.identity;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** The names by which a certificate says whose it is. */
public final class CertificateNames {
    /** Of GeneralName (RFC 5280 section 4.2.1.6): e-mail, DNS, URI. */
    private static final Set<Integer> KINDS = Set.of(1, 2, 6);

    private CertificateNames() {}

    /** What a verified chain shows: the names and the end of its first certificate, nothing if that is no X.509. */
    public static Credentials credentials(Certificate[] chain) {
        return chain.length > 0 && chain[0] instanceof X509Certificate shown
                ? new Credentials.Certificate(
                        of(shown), shown.getNotAfter().toInstant().toEpochMilli())
                : Credentials.NONE;
    }

    /** The subject's common name if it has exactly one, then its alternative names; none if they cannot be read. */
    public static List<String> of(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            List<String> common = new ArrayList<>();
            for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN") && part.getValue() instanceof String text) {
                    common.add(text);
                }
            }
            if (common.size() == 1) {
                names.addAll(common);
            }
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (KINDS.contains(alternative.get(0)) && alternative.get(1) instanceof String text) {
                    names.add(text);
                }
            }
        } catch (InvalidNameException | CertificateParsingException unreadable) {
            return List.of(); // A name that cannot be read is nobody's.
        }
        return names;
    }
}
