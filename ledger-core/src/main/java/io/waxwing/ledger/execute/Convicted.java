package io.waxwing.ledger.execute;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Institution;
import io.waxwing.ledger.simplex.Conviction;
import io.waxwing.ledger.simplex.Evidence;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who is convicted by evidence or a verdict in the ledger, by institution: an index would mean another validator in
 * another epoch. Ends when the institution leaves, votes no more, or has another vote key. Bytes: u16 count || (u16
 * institution, u8 kind)*, rising. Immutable.
 */
final class Convicted {
    static final Convicted NOBODY = new Convicted(new TreeSet<>());

    // Institution id << 8 | code of the kind.
    private final SortedSet<Integer> entries;

    private Convicted(SortedSet<Integer> entries) {
        this.entries = Collections.unmodifiableSortedSet(entries);
    }

    /** With what a block adds, whose indexes are of that registry. */
    Convicted with(List<Conviction> convictions, Registry registry) {
        if (convictions.isEmpty()) {
            return this;
        }
        SortedSet<Integer> more = new TreeSet<>(entries);
        List<Institution> validators = registry.validators();
        for (Conviction conviction : convictions) {
            if (conviction.validator() < validators.size()) {
                more.add(validators.get(conviction.validator()).id() << 8
                        | conviction.kind().code());
            }
        }
        return new Convicted(more);
    }

    /** With institutions that a verdict convicts. */
    Convicted with(Collection<Integer> institutions, Evidence.Kind kind) {
        if (institutions.isEmpty()) {
            return this;
        }
        SortedSet<Integer> more = new TreeSet<>(entries);
        institutions.forEach(institution -> more.add(institution << 8 | kind.code()));
        return new Convicted(more);
    }

    /** The institutions convicted of that. */
    SortedSet<Integer> of(Evidence.Kind kind) {
        SortedSet<Integer> institutions = new TreeSet<>();
        entries.stream().filter(entry -> (entry & 0xff) == kind.code()).forEach(entry -> institutions.add(entry >> 8));
        return institutions;
    }

    /** Under the next registry. */
    Convicted after(Registry before, Registry next) {
        SortedSet<Integer> left = new TreeSet<>(entries);
        left.removeIf(entry -> {
            Institution old = before.institution(entry >> 8);
            Institution now = next.institution(entry >> 8);
            return old == null
                    || now == null
                    || now.validator() != old.validator()
                    || !next.isMember(now.id())
                    || !now.voteKey().equals(old.voteKey());
        });
        return new Convicted(left);
    }

    /** By index among the validators of that registry, as consensus names them. */
    SortedSet<Conviction> among(Registry registry) {
        SortedSet<Conviction> convictions = new TreeSet<>();
        List<Institution> validators = registry.validators();
        for (int index = 0; index < validators.size(); index++) {
            for (Evidence.Kind kind : Evidence.Kind.values()) {
                if (entries.contains(validators.get(index).id() << 8 | kind.code())) {
                    convictions.add(new Conviction(index, kind));
                }
            }
        }
        return convictions;
    }

    void writeTo(ByteWriter out) {
        out.u16(entries.size());
        entries.forEach(entry -> out.u16(entry >> 8).u8(entry & 0xff));
    }

    static Convicted readFrom(ByteReader in) {
        SortedSet<Integer> entries = new TreeSet<>();
        for (int left = in.u16(); left > 0; left--) {
            entries.add(in.u16() << 8 | in.u8());
        }
        return new Convicted(entries);
    }
}
