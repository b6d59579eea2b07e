/**
 * Files between the members of an audience: what they say to each other ({@link io.waxwing.anchor.file.FileFrame}) and
 * how one of them gets a file from the others ({@link io.waxwing.anchor.file.FileFetch}). Decisions only: no thread,
 * clock or disk. Nothing that a member says is believed: hashes count if the root that the ledger ordered is over them,
 * bytes if they have their chunk's hash.
 */
@NullMarked
package io.waxwing.anchor.file;

import org.jspecify.annotations.NullMarked;
