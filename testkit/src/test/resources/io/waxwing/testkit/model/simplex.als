/*
 * Why no two conflicting blocks become final, whatever the liars sign.
 *
 * An instance is everything that was ever signed in one epoch of one ledger, in no particular order: delay, loss,
 * crashes and the order of arrival are all covered, because none of them can sign anything. What honest nodes may
 * sign is limited by five rules; liars may sign anything. Time appears only as the order of views.
 *
 * Each command is one test of SimplexModelTest. Scopes: within 4 blocks in 4 views every mutation below already
 * breaks agreement, and a scope says nothing about what lies beyond it, so agreement and accountability are checked
 * well past that: every execution of up to 7 blocks in 6 views for the smallest ledger that tolerates a liar, and of up
 * to 6 blocks in 5 views for the next size, seven nodes of which two lie.
 */
module simplex

open util/ordering[View] as views

sig View {}

// No parent: the block stands on the last block of the epoch before, which is final already.
sig Block { view: one View, parent: lone Block }

fact ParentsAreOfEarlierViews { all b: Block | all p: b.parent | views/lt[p.view, b.view] }

sig Node { notarize: set Block, nullify: set View, finalize: set Block }

sig Liar in Node {}

// A field instead of a number in each predicate, so that a mutation can ask for too few signatures.
one sig Quorum { signatures: one Int }

// The two sizes of a ledger looked at; Q as in ledger.md: floor((n + f) / 2) + 1.
pred fourNodes { #Liar <= 1 and Quorum.signatures = 3 }
pred sevenNodes { #Liar <= 2 and Quorum.signatures = 5 }

pred reached[signers: set Node] { #signers >= Quorum.signatures }
pred notarized[b: Block] { reached[notarize.b] }
pred nullified[v: View] { reached[nullify.v] }
pred final[b: Block] { reached[finalize.b] }

// The views a block has skipped: after its parent's, before its own.
fun skipped[b: Block]: set View { views/prevs[b.view] - b.parent.view - views/prevs[b.parent.view] }

pred parentJustified[b: Block] { all p: b.parent | notarized[p] }
pred gapJustified[b: Block] { all v: skipped[b] | nullified[v] }

// The rules of an honest node.
fun honest: set Node { Node - Liar }
pred oneNotarizePerView { all n: honest | all disj b, c: n.notarize | b.view != c.view }
pred notarizeOnNotarizedParent { all b: honest.notarize | parentJustified[b] }
pred notarizeOverNullifiedGap { all b: honest.notarize | gapJustified[b] }
pred finalizeOnlyNotarized { all b: honest.finalize | notarized[b] }
pred notNullifyAndFinalize { all n: honest | no n.nullify & n.finalize.view }

pred everyRule {
  oneNotarizePerView
  notarizeOnNotarizedParent
  notarizeOverNullifiedGap
  finalizeOnlyNotarized
  notNullifyAndFinalize
}

// Of two final blocks one is an ancestor of the other, or they are the same.
pred agreement { all b, c: Block | final[b] and final[c] implies (b in c.*parent or c in b.*parent) }

check agreementOfFour { fourNodes and everyRule implies agreement } for 7 Block, 6 View, exactly 4 Node, 4 Int expect 0
check agreementOfSeven { sevenNodes and everyRule implies agreement } for 6 Block, 5 View, exactly 7 Node, 4 Int expect 0

/*
 * Accountability: take every rule away from every node. A certificate still counts only with what proves it: its
 * block's parent, the nullified gap, and the notarization under a finalization. If agreement breaks all the same, at
 * least f + 1 nodes have each signed two statements that no honest node signs together.
 */
pred certificatesAreChecked {
  all b: Block | notarized[b] implies parentJustified[b] and gapJustified[b]
  all b: Block | final[b] implies notarized[b]
}
fun notarizedTwice: set Node { { n: Node | some disj b, c: n.notarize | b.view = c.view } }
fun nullifiedAndFinalized: set Node { { n: Node | some n.nullify & n.finalize.view } }
fun convicted: set Node { notarizedTwice + nullifiedAndFinalized }

check breakersOfFourAreConvicted {
  Quorum.signatures = 3 and certificatesAreChecked and not agreement implies #convicted >= 2
} for 7 Block, 6 View, exactly 4 Node, 4 Int expect 0
check breakersOfSevenAreConvicted {
  Quorum.signatures = 5 and certificatesAreChecked and not agreement implies #convicted >= 3
} for 6 Block, 5 View, exactly 7 Node, 4 Int expect 0
check noHonestNodeIsConvicted {
  everyRule implies no convicted & honest
} for 7 Block, 6 View, exactly 4 Node, 4 Int expect 0

// Either kind of evidence alone would let breakers go.
check doubleNotarizeAloneConvicts {
  Quorum.signatures = 3 and certificatesAreChecked and not agreement implies #notarizedTwice >= 2
} for 4 Block, 4 View, exactly 4 Node, 4 Int expect 1
check nullifyAndFinalizeAloneConvicts {
  Quorum.signatures = 3 and certificatesAreChecked and not agreement implies #nullifiedAndFinalized >= 2
} for 4 Block, 4 View, exactly 4 Node, 4 Int expect 1

/* The rules leave room to go on: a model in which nothing ever becomes final would agree, too. */
run chainGrowsOverANullifiedView {
  fourNodes and everyRule
  some c: Block | final[c] and final[c.parent] and some skipped[c]
} for 4 Block, 4 View, exactly 4 Node, 4 Int expect 1
run everyViewFinalWithALiarWhoSignsNothing {
  fourNodes and everyRule and one Liar
  no Liar.(notarize + finalize) and no Liar.nullify
  all v: View | one b: Block | b.view = v and final[b]
} for exactly 4 Block, exactly 4 View, exactly 4 Node, 4 Int expect 1
run notarizedAfterNullify {
  fourNodes and everyRule and no Liar
  some n: Node, b: n.notarize | b.view in n.nullify and notarized[b]
} for 4 Block, 4 View, exactly 4 Node, 4 Int expect 1

/* Mutations: agreement with one rule left out. Each check has to fail, else the ones above prove nothing. */
check withoutOneNotarizePerView {
  fourNodes and notarizeOnNotarizedParent and notarizeOverNullifiedGap and finalizeOnlyNotarized
    and notNullifyAndFinalize implies agreement
} for 4 Block, 4 View, exactly 4 Node, 4 Int expect 1
check withoutNotarizedParent {
  fourNodes and oneNotarizePerView and notarizeOverNullifiedGap and finalizeOnlyNotarized
    and notNullifyAndFinalize implies agreement
} for 4 Block, 4 View, exactly 4 Node, 4 Int expect 1
check withoutNullifiedGap {
  fourNodes and oneNotarizePerView and notarizeOnNotarizedParent and finalizeOnlyNotarized
    and notNullifyAndFinalize implies agreement
} for 4 Block, 4 View, exactly 4 Node, 4 Int expect 1
check withoutNotarizationBeforeFinalize {
  fourNodes and oneNotarizePerView and notarizeOnNotarizedParent and notarizeOverNullifiedGap
    and notNullifyAndFinalize implies agreement
} for 4 Block, 4 View, exactly 4 Node, 4 Int expect 1
check withNullifyAndFinalize {
  fourNodes and oneNotarizePerView and notarizeOnNotarizedParent and notarizeOverNullifiedGap
    and finalizeOnlyNotarized implies agreement
} for 4 Block, 4 View, exactly 4 Node, 4 Int expect 1
check withAQuorumOfTwo {
  #Liar <= 1 and Quorum.signatures = 2 and everyRule implies agreement
} for 4 Block, 4 View, exactly 4 Node, 4 Int expect 1
check withTwoLiarsOfFour {
  #Liar <= 2 and Quorum.signatures = 3 and everyRule implies agreement
} for 4 Block, 4 View, exactly 4 Node, 4 Int expect 1
check withThreeLiarsOfSeven {
  #Liar <= 3 and Quorum.signatures = 5 and everyRule implies agreement
} for 4 Block, 4 View, exactly 7 Node, 4 Int expect 1
