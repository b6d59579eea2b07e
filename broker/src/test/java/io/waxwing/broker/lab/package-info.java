/**
 * Four member nodes in network namespaces of one machine, faults done to them, a load that remembers what it was told,
 * and an oracle that looks at everything afterwards. Needs root and iproute2.
 */
@NullMarked
package io.waxwing.broker.lab;

import org.jspecify.annotations.NullMarked;
