package io.waxwing.anchor.outside;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.NoteSignature;
import org.jspecify.annotations.Nullable;

/**
 * Where a checkpoint can be found outside.
 *
 * @param anchor name of the outside anchor
 * @param cosignature the line of a witness, verified; null for anchors that give none
 */
public record AnchorRecord(
        String anchor, long treeSize, Hash root, @Nullable NoteSignature cosignature) {}
