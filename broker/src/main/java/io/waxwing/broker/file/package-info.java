/**
 * Files that members of an audience share: {@link io.waxwing.broker.file.FileShelf} keeps chunks below the data folder,
 * {@link io.waxwing.broker.file.Uploads} takes them from publishers, {@link io.waxwing.broker.file.FileAgent}, with a
 * thread of its own, gets them from other members and gives them to those who may have them.
 */
@NullMarked
package io.waxwing.broker.file;

import org.jspecify.annotations.NullMarked;
