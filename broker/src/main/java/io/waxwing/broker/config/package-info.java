/**
 * The node's configuration: immutable records, one YAML file, overlays from the environment and the command line.
 * Unknown keys, wrong types and wrong units are refused with the file, the path and a proposal.
 */
@NullMarked
package io.waxwing.broker.config;

import org.jspecify.annotations.NullMarked;
