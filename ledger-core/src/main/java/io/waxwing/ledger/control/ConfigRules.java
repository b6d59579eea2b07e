package io.waxwing.ledger.control;

import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.ConfigLeaf.Approval;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.sign.SignatureCheck;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * May this CONFIG follow the one in force? The answer depends on nothing but the arguments, so all honest nodes give
 * the same, and one lying leader cannot bring anything in:
 *
 * <ul>
 *   <li>epoch, previous CONFIG and first height follow; approvals are of distinct validators in force, by rising
 *       originId, all of them valid, and at least Q;
 *   <li>the policy is exactly what the registry gives;
 *   <li>ids, names, tags and audiences of before are still there, what is retired stays so ({@link RegistryRules});
 *   <li>at most f institutions change their keys, role or origins (one if f is 0);
 *   <li>there is a join file, with valid proofs, for each institution with a new key, and no other;
 *   <li>a further node of an institution has that institution's approval.
 * </ul>
 */
public final class ConfigRules {
    private static final int APPROVAL_BYTES = 66;

    private final ConfigLeaf current;
    private final Registry before;
    private final Hash ledgerId;
    private final SignatureCheck check;

    /** {@code current} is in force. */
    public ConfigRules(ConfigLeaf current, Hash ledgerId, SignatureCheck check) {
        this.current = current;
        this.before = Registry.parse(current.registry());
        this.ledgerId = ledgerId;
        this.check = check;
    }

    /** Null if it may stand in a block of that height; else why not. */
    public @Nullable String refusal(ConfigProposal next, long height) {
        try {
            checkPlace(next.leaf(), height);
            // Before the content: whoever has no quorum makes nobody read registries and check proofs.
            checkApprovals(next.leaf());
            checkContent(next);
            Set<Integer> asked = mustApprove(next.leaf());
            require(
                    approving(next.leaf()).containsAll(asked),
                    "institution " + asked + " has not approved of its own further node");
            return null;
        } catch (LedgerFailure e) {
            return String.valueOf(e.getMessage());
        }
    }

    /**
     * The same but for its height and the number of approvals, which have to be valid as far as they are there: what
     * somebody should know before he approves.
     *
     * @throws LedgerFailure WXW-3194 saying why, or the code of a malformed part
     */
    public void checkProposal(ConfigProposal next) {
        checkPlace(next.leaf(), next.leaf().firstHeight() - 1);
        int missing = needed() - next.leaf().approvals().size();
        require(
                next.leaf().encode().length + Math.max(0, missing) * APPROVAL_BYTES <= LeafCodec.MAX_BYTES,
                "with its approvals it is larger than a leaf may be");
        checkContent(next);
        approving(next.leaf());
    }

    /** The validators that approve it, by institution id. Throws {@link LedgerFailure} for a wrong approval. */
    public Set<Integer> approving(ConfigLeaf next) {
        byte[] message = next.signedMessage(ledgerId);
        Set<Integer> approving = new HashSet<>();
        int last = -1;
        for (Approval approval : next.approvals()) {
            Origin origin = before.origin(approval.originId());
            Institution institution = origin == null ? null : before.institution(origin.institutionId());
            require(approval.originId() > last, "approvals stand by rising originId");
            last = approval.originId();
            boolean speaks = before.isMainNode(approval.originId());
            if (origin == null || institution == null || !speaks || !institution.validator()) {
                throw refuse("origin " + approval.originId() + " has no say");
            }
            require(approving.add(institution.id()), institution.name() + " approves twice");
            require(
                    check.verify(origin.key(), message, approval.signature()),
                    "the approval of " + institution.name() + " is wrong");
        }
        return approving;
    }

    /**
     * The ids of validators that have to be among them: who gets a further node, which is given what that institution
     * may hold, wants it itself. One without a vote is spoken for by the others.
     */
    public Set<Integer> mustApprove(ConfigLeaf next) {
        Set<Integer> asked = new TreeSet<>();
        for (Origin origin : Registry.parse(next.registry()).origins()) {
            Institution institution = before.institution(origin.institutionId());
            if (before.origin(origin.originId()) == null && institution != null && institution.validator()) {
                asked.add(institution.id());
            }
        }
        return asked;
    }

    /** Q: how many have to approve. */
    public int needed() {
        return Quorum.of(before.validators().size());
    }

    private void checkPlace(ConfigLeaf next, long height) {
        require(next.epoch() == current.epoch() + 1, "epoch " + next.epoch() + " does not follow " + current.epoch());
        require(next.previousConfig().equals(current.configHash()), "it does not name the CONFIG in force");
        require(
                next.firstHeight() == height + 1,
                "it begins at height " + next.firstHeight() + ", not " + (height + 1));
    }

    private void checkContent(ConfigProposal next) {
        ConfigLeaf leaf = next.leaf();
        require(leaf.encode().length <= LeafCodec.MAX_BYTES, "it is larger than a leaf may be");
        Registry after = Registry.parse(leaf.registry());
        RegistryRules.check(before, after);
        String originLine = originLine(current);
        int validators = after.validators().size();
        require(validators >= 1 && validators <= Genesis.MAX_INSTITUTIONS, "it has " + validators + " validators");
        ByteString policy = Genesis.policy(originLine, after.validators()).encode();
        require(leaf.policy().equals(policy), "its policy is not what its registry gives");
        Set<Integer> keyIds = new HashSet<>();
        for (Institution member : after.institutions()) {
            int keyId = new NoteKey(originLine, NoteKey.LOG, member.logKey()).keyId();
            require(keyIds.add(keyId), "two log keys have one short id");
        }
        int changed = 0;
        int proven = 0;
        for (Institution member : after.institutions()) {
            changed += isChanged(member, after) ? 1 : 0;
            proven += checkProofs(member, after, next.joins()) ? 1 : 0;
        }
        int limit = Math.max(1, Quorum.faults(before.validators().size()));
        require(changed <= limit, changed + " institutions change, " + limit + " may in one epoch");
        require(proven == next.joins().size(), "there is a join file that registers nothing");
    }

    private boolean isChanged(Institution member, Registry after) {
        return !member.equals(before.institution(member.id()))
                || !before.originsOf(member.id()).equals(after.originsOf(member.id()));
    }

    /** True if the member has a new key, and then it has proven all of them. */
    private boolean checkProofs(Institution member, Registry after, List<JoinFile> joins) {
        Institution old = before.institution(member.id());
        boolean newKeys = old == null
                || !old.voteKey().equals(member.voteKey())
                || !old.cosignerKey().equals(member.cosignerKey())
                || !old.logKey().equals(member.logKey());
        Origin changed = null;
        for (Origin origin : after.originsOf(member.id())) {
            if (hasNewKey(origin, after)) {
                require(changed == null, member.name() + " changes two origins at once");
                changed = origin;
            }
        }
        if (!newKeys && changed == null) {
            return false;
        }
        Set<JoinFile> own = new HashSet<>(joins);
        own.removeIf(join -> !join.institution().equals(member.name()));
        require(own.size() == 1, "there is no one join file of " + member.name());
        JoinFile file = own.iterator().next();
        boolean fits;
        if (changed != null && isFurther(changed)) {
            fits = !newKeys && registersNode(file, changed, after);
        } else {
            fits = registers(file, member, changed, after);
        }
        require(fits, "the join file of " + member.name() + " has other keys");
        file.verify(check);
        return true;
    }

    private boolean isFurther(Origin origin) {
        return before.isMember(origin.institutionId()) && before.origin(origin.originId()) == null;
    }

    private boolean hasNewKey(Origin origin, Registry after) {
        Origin old = before.origin(origin.originId());
        Node oldNode = before.node(origin.originId());
        Node node = after.node(origin.originId());
        boolean newPin = node != null && (oldNode == null || !oldNode.pin().equals(node.pin()));
        return old == null || !old.key().equals(origin.key()) || newPin;
    }

    private static boolean registersNode(JoinFile file, Origin added, Registry after) {
        Node node = after.node(added.originId());
        return file.isNode()
                && added.active()
                && file.key(KeyPurpose.ORIGIN).equals(added.key())
                && node != null
                && node.pin().equals(file.pin())
                && node.address().equals(file.peer());
    }

    private static boolean registers(JoinFile file, Institution member, @Nullable Origin changed, Registry after) {
        boolean institution = !file.isNode()
                && file.validator() == member.validator()
                && file.key(KeyPurpose.VOTE).equals(member.voteKey())
                && file.key(KeyPurpose.COSIGNER).equals(member.cosignerKey())
                && file.key(KeyPurpose.LOG).equals(member.logKey());
        if (changed == null) {
            return institution;
        }
        Node node = after.node(changed.originId());
        return institution
                && file.key(KeyPurpose.ORIGIN).equals(changed.key())
                && (node == null
                        || (node.pin().equals(file.pin()) && node.address().equals(file.peer())));
    }

    private void checkApprovals(ConfigLeaf next) {
        int approving = approving(next).size();
        require(approving >= needed(), approving + " institutions approve, " + needed() + " are needed");
    }

    /** The first line of every checkpoint, which no change touches. */
    static String originLine(ConfigLeaf config) {
        List<TrustPolicy.Log> logs =
                TrustPolicy.parse(config.policy().toBytes()).logs();
        if (logs.isEmpty()) {
            throw new MalformedException(MalformedException.POLICY, "the policy in force names no log");
        }
        return logs.get(0).key().name();
    }

    static void require(boolean holds, String text) {
        if (!holds) {
            throw refuse(text);
        }
    }

    private static LedgerFailure refuse(String text) {
        return new LedgerFailure(GovernanceCodes.REFUSED, text);
    }
}
