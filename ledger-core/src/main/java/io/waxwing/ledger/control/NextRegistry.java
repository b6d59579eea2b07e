package io.waxwing.ledger.control;

import io.waxwing.ledger.control.Registry.Audience;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.control.Registry.Node;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.control.Registry.Topic;
import io.waxwing.ledger.failure.LedgerFailure;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The registry that a change makes of the one in force: the same everywhere, so that only one leaf can follow. */
final class NextRegistry {
    private final Registry before;
    private final Registry.Items items;

    private NextRegistry(Registry before) {
        this.before = before;
        this.items = before.items();
    }

    /** Throws {@link LedgerFailure} WXW-3193 saying why the change makes no sense. */
    static Registry of(Registry before, List<Change> changes) {
        Registry at = before;
        for (Change change : changes) {
            at = new NextRegistry(at).after(change);
        }
        return at;
    }

    private Registry after(Change change) {
        if (change instanceof Change.AddMember add) {
            add(add.member());
        } else if (change instanceof Change.RemoveMember remove) {
            remove(member(remove.institution()));
        } else if (change instanceof Change.ReplaceMember replace) {
            replace(replace.member());
        } else if (change instanceof Change.AddNode add) {
            addNode(add.node());
        } else if (change instanceof Change.RetireNode retire) {
            retire(retire.originId());
        } else if (change instanceof Change.SetAudience set) {
            items.add(new Audience(set.audienceId(), set.availability(), members(set.institutionIds())));
        } else if (change instanceof Change.SetTopic set) {
            if (before.audience(set.audienceId()) == null) {
                throw senseless("there is no audience " + set.audienceId());
            }
            items.topics.put(set.tag(), new Topic(set.tag(), set.audienceId(), set.active()));
        } else if (change instanceof Change.SetParameter set) {
            set(set.parameter(), set.value());
        }
        return new Registry(items);
    }

    private void set(Change.Parameter parameter, long value) {
        if (!parameter.takes(value)) {
            throw senseless(parameter.word() + " is " + parameter.wanted() + ", not " + value);
        }
        ChallengeTerms terms = before.challengeTerms();
        items.challengeTerms = parameter == Change.Parameter.CHALLENGE_BLOCKS
                ? new ChallengeTerms((int) value, terms.timeMs())
                : new ChallengeTerms(terms.blocks(), value);
    }

    private void add(JoinFile member) {
        requireInstitution(member);
        if (before.institutionNamed(member.institution()) != null) {
            throw senseless(member.institution() + " is or was a member: nobody gets its name again");
        }
        int id = 1 + Collections.max(items.institutions.keySet());
        int originId = nextOriginId();
        items.add(institution(id, member));
        items.add(new Origin(originId, id, true, member.key(KeyPurpose.ORIGIN)));
        items.add(new Node(originId, member.peer(), member.pin()));
        Audience everybody = before.audience(Genesis.EVERYBODY);
        if (everybody != null && member.validator()) {
            Set<Integer> all = new TreeSet<>(everybody.institutionIds());
            all.add(id);
            items.add(new Audience(Genesis.EVERYBODY, everybody.availability(), all));
        }
    }

    private int nextOriginId() {
        int originId = 1 + Collections.max(items.origins.keySet());
        if (originId > Genesis.MAX_INSTITUTIONS) {
            throw senseless(
                    "no origin id is left: availability certificates have bits for " + Genesis.MAX_INSTITUTIONS);
        }
        return originId;
    }

    private static void requireInstitution(JoinFile file) {
        if (file.isNode()) {
            throw senseless("the file is one of a further node of " + file.institution() + ", not of an institution");
        }
    }

    private void addNode(JoinFile file) {
        if (!file.isNode()) {
            throw senseless("the file is the one of an institution, not of a further node");
        }
        int originId = nextOriginId();
        items.add(new Origin(originId, member(file.institution()).id(), true, file.key(KeyPurpose.ORIGIN)));
        items.add(new Node(originId, file.peer(), file.pin()));
    }

    private void retire(int originId) {
        Origin origin = before.origin(originId);
        if (origin == null || !origin.active()) {
            throw senseless("no node has the number " + originId);
        }
        if (before.isMainNode(originId)) {
            throw senseless("node " + originId + " is the one by which its institution is a member");
        }
        items.add(new Origin(originId, origin.institutionId(), false, origin.key()));
        items.nodes.remove(originId);
    }

    private void remove(Institution member) {
        int id = member.id();
        items.add(new Institution(id, member.name(), false, member.voteKey(), member.cosignerKey(), member.logKey()));
        for (Origin origin : before.originsOf(id)) {
            items.add(new Origin(origin.originId(), id, false, origin.key()));
            items.nodes.remove(origin.originId());
        }
        for (Audience audience : before.audiences()) {
            Set<Integer> others = new TreeSet<>(audience.institutionIds());
            if (others.remove(id) && !others.isEmpty()) {
                items.add(new Audience(audience.audienceId(), audience.availability(), others));
            }
        }
    }

    private void replace(JoinFile file) {
        requireInstitution(file);
        Institution member = member(file.institution());
        items.add(institution(member.id(), file));
        for (Origin origin : before.originsOf(member.id())) {
            if (origin.active()) {
                items.add(new Origin(origin.originId(), member.id(), true, file.key(KeyPurpose.ORIGIN)));
                items.add(new Node(origin.originId(), file.peer(), file.pin()));
                return;
            }
        }
    }

    private static Institution institution(int id, JoinFile file) {
        return new Institution(
                id,
                file.institution(),
                file.validator(),
                file.key(KeyPurpose.VOTE),
                file.key(KeyPurpose.COSIGNER),
                file.key(KeyPurpose.LOG));
    }

    private Institution member(String name) {
        Institution member = before.institutionNamed(name);
        if (member == null || !before.isMember(member.id())) {
            throw senseless("no member is named " + name);
        }
        return member;
    }

    private Set<Integer> members(Set<Integer> institutionIds) {
        if (institutionIds.isEmpty() || !institutionIds.stream().allMatch(before::isMember)) {
            throw senseless("an audience has members only, and at least one");
        }
        return institutionIds;
    }

    private static LedgerFailure senseless(String text) {
        return new LedgerFailure(GovernanceCodes.CHANGE, text);
    }
}
