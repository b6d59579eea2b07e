package io.waxwing.node.crypto;

import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.EcdsaP256;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * A node's key for connections to other institutions, and the certificate it shows. Peers look at the key's pin alone,
 * which the ledger's registry has: names and dates in the certificate are for TLS libraries. Any thread.
 *
 * @param privateKey P-256
 * @param certificate self-signed over the same key
 */
public record TlsIdentity(PrivateKey privateKey, X509Certificate certificate) {
    private static final X500Name NAME = new X500Name("CN=waxwing-node");
    private static final AlgorithmIdentifier ECDSA_SHA256 =
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    private static final DateTimeFormatter UTC_TIME = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT);
    private static final DateTimeFormatter GENERALIZED_TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT);
    // Clocks of peers may be behind.
    private static final long BEFORE_MS = TimeUnit.DAYS.toMillis(1);
    private static final long VALID_MS = TimeUnit.DAYS.toMillis(3653);

    /** A new key with a certificate of ten years. */
    public static TlsIdentity generate(SecureRandom random, long nowMs) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair pair = generator.generateKeyPair();
            TBSCertificate body = body(pair, new BigInteger(63, random).setBit(63), nowMs);
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate(), random);
            signature.update(body.getEncoded(ASN1Encoding.DER));
            DERSequence certificate =
                    new DERSequence(new ASN1Encodable[] {body, ECDSA_SHA256, new DERBitString(signature.sign())});
            return new TlsIdentity(pair.getPrivate(), TlsFiles.certificate(certificate.getEncoded(ASN1Encoding.DER)));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot make a P-256 key with a certificate", e);
        }
    }

    private static TBSCertificate body(KeyPair pair, BigInteger serial, long nowMs) {
        V3TBSCertificateGenerator body = new V3TBSCertificateGenerator();
        body.setSerialNumber(new ASN1Integer(serial));
        body.setSignature(ECDSA_SHA256);
        body.setIssuer(NAME);
        body.setSubject(NAME);
        body.setStartDate(time(nowMs - BEFORE_MS));
        body.setEndDate(time(nowMs + VALID_MS));
        body.setSubjectPublicKeyInfo(
                SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
        return body.generateTBSCertificate();
    }

    /** RFC 5280: two digits of the year until 2049, four from then on. */
    private static Time time(long timeMs) {
        ZonedDateTime time = Instant.ofEpochMilli(timeMs).atZone(ZoneOffset.UTC);
        return time.getYear() < 2050
                ? new Time(new DERUTCTime(time.format(UTC_TIME)))
                : new Time(new DERGeneralizedTime(time.format(GENERALIZED_TIME)));
    }

    /** The public key as SubjectPublicKeyInfo. */
    public ByteString publicKey() {
        return ByteString.of(certificate.getPublicKey().getEncoded());
    }

    /** What the registry says of this key. */
    public Hash pin() {
        return JoinFile.pinOf(publicKey());
    }

    /** The 64-byte ECDSA signature of the message, for the proof of possession. */
    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance(EcdsaP256.ALGORITHM);
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("signing failed", e);
        }
    }

    /** The key is not for printing. */
    @Override
    public String toString() {
        return "TlsIdentity[pin=" + pin() + "]";
    }
}
