/** Claims and grants: what institutions say about their topics, and which of it the ledger can have taken. */
import { utf8Text } from './bytes.js';
import { MALFORMED, NOT_PROVEN, UNTRUSTED, require } from './failure.js';

export const EVERYBODY = 0xffff;
const CLAIM = 1;
const END = 4;
const VERBS = [undefined, 'claim', 'allow', 'deny', 'end'];
const ID = /^[a-z0-9][a-z0-9._-]{0,31}$/;
const CLAIMS_EACH = 16;
const RULES_EACH = 64;

/** The statement of a GRANT leaf. */
export function statement(r) {
  const verb = r.u8();
  require(verb >= CLAIM && verb <= END, MALFORMED, `a GRANT leaf with unknown verb ${verb}`);
  const said = { verb: VERBS[verb], institution: r.u16(), ends: r.index() };
  if (verb === END) {
    require(said.ends > 0, MALFORMED, 'a GRANT leaf that ends nothing');
    return said;
  }
  Object.assign(said, { audience: r.u32(), id: text(r, 32), filter: text(r, 128) });
  require(ID.test(said.id), MALFORMED, `a GRANT leaf with the id '${said.id}'`);
  requireFilter(said.filter);
  require(verb !== CLAIM || said.ends === 0, MALFORMED, 'a claim that ends something');
  if (verb === CLAIM) return said;
  Object.assign(said, { grantee: r.u16(), user: text(r, 64), actions: r.u8() });
  require(said.grantee > 0 && said.actions >= 1 && said.actions <= 3, MALFORMED, 'a GRANT leaf for nobody or nothing');
  require(said.user === '' || said.grantee !== EVERYBODY, MALFORMED, 'a GRANT leaf for a user of everybody');
  return said;
}

function text(r, most) {
  const length = r.u8();
  require(length <= most, MALFORMED, `a text of ${length} bytes in a GRANT leaf, at most ${most}`);
  return utf8Text(r.take(length), 'a text of a GRANT leaf');
}

function requireFilter(filter) {
  const levels = filter.split('/');
  const isWild = (level) => level === '+' || level === '#';
  const begins = filter !== '' && !isWild(levels[0]) && !levels[0].startsWith('$');
  const alone = levels.every((level, i) => !/[+#]/.test(level) || level === '+' || (level === '#' && i === levels.length - 1));
  require(begins && alone, MALFORMED, `a GRANT leaf with the filter '${filter}'`);
}

/** True if every topic of `inner` is one of `outer`. */
export function covers(outer, inner) {
  const [o, i] = [outer.split('/'), inner.split('/')];
  for (let at = 0; ; at++) {
    if (o[at] === '#') return true;
    if (at === o.length || at === i.length) return o.length === i.length;
    if (o[at] === '+' ? i[at] === '#' : o[at] !== i[at]) return false;
  }
}

/** True if some topic is in both. */
export function overlaps(one, other) {
  const [a, b] = [one.split('/'), other.split('/')];
  for (let at = 0; ; at++) {
    if (a[at] === '#' || b[at] === '#') return true;
    if (at === a.length || at === b.length) return a.length === b.length;
    if (a[at] !== '+' && b[at] !== '+' && a[at] !== b[at]) return false;
  }
}

/** What holds, as the leaves say it one after the other. */
export class Grants {
  constructor() {
    this.held = new Map(); // statement by the index of its leaf
    this.times = new Map(); // of the last leaf, by origin
  }

  /** Takes the next leaf, whose signature fits; `registry` is the one in force. */
  add(leaf, index, registry) {
    const { said, originId, timeMs } = leaf;
    const what = `GRANT leaf of origin ${originId}`;
    require(registry.origin.get(originId).institution === said.institution, UNTRUSTED, `a ${what} speaks for institution ${said.institution}`);
    require(timeMs > (this.times.get(originId) ?? 0n), NOT_PROVEN, `a ${what} is not later than the one before it`);
    this.times.set(originId, timeMs);
    const ended = said.ends === 0 ? undefined : this.held.get(said.ends);
    require(said.ends === 0 || ended !== undefined, NOT_PROVEN, `a ${what} ends leaf ${said.ends}, which says nothing that holds`);
    if (said.verb === 'end') this.#requireEnd(said, ended, registry, what);
    else this.#requireNew(said, ended, registry, what);
    this.held.delete(said.ends);
    if (said.verb !== 'end') this.held.set(index, said);
  }

  #isIn({ institution, audience }, registry) {
    const isMember = [...registry.origin.values()].some((o) => o.institution === institution && o.isActive);
    return isMember && (registry.audience.get(audience)?.institutions.includes(institution) ?? false);
  }

  #own(said, isClaim) {
    return [...this.held.values()].filter((s) => s.institution === said.institution && (s.verb === 'claim') === isClaim);
  }

  #requireEnd(said, ended, registry, what) {
    const may = ended.institution === said.institution || !this.#isIn(ended, registry);
    require(may, UNTRUSTED, `a ${what} ends what institution ${ended.institution} said`);
    const within = this.#own(ended, false).some((s) => s.audience === ended.audience && covers(ended.filter, s.filter));
    require(ended.verb !== 'claim' || !within, NOT_PROVEN, `a ${what} ends a claim in which a rule holds`);
  }

  #requireNew(said, ended, registry, what) {
    require(this.#isIn(said, registry), UNTRUSTED, `a ${what} is about audience ${said.audience}, in which it is not`);
    const named = [...this.held.entries()].find(([, s]) => s.institution === said.institution && s.id === said.id);
    require(named === undefined || (named[0] === said.ends && named[1].verb !== 'claim'), NOT_PROVEN, `a ${what} gives the name ${said.id} twice`);
    require(ended === undefined || ended === named?.[1], NOT_PROVEN, `a ${what} ends another than its name says`);
    if (said.verb === 'claim') {
      require(this.#own(said, true).length < CLAIMS_EACH, NOT_PROVEN, `a ${what} is one claim too many`);
      const taken = [...this.held.values()].some((s) => s.verb === 'claim' && s.audience === said.audience && overlaps(s.filter, said.filter));
      require(!taken, NOT_PROVEN, `a ${what} claims what is claimed`);
      return;
    }
    require(ended !== undefined || this.#own(said, false).length < RULES_EACH, NOT_PROVEN, `a ${what} is one rule too many`);
    require(said.grantee !== said.institution, NOT_PROVEN, `a ${what} is about its own institution`);
    const isKnown = said.grantee === EVERYBODY || registry.institution.has(said.grantee);
    require(isKnown, NOT_PROVEN, `a ${what} is about institution ${said.grantee}, which is not there`);
    const inside = this.#own(said, true).some((s) => s.audience === said.audience && covers(s.filter, said.filter));
    require(inside, UNTRUSTED, `a ${what} is outside of what the institution has claimed`);
  }

  /** A line for each that holds. */
  lines(registry) {
    const name = (id) => registry.institution.get(id)?.name ?? `institution ${id}`;
    return [...this.held.entries()].map(([index, s]) => {
      const words = { 1: 'publish', 2: 'subscribe', 3: 'publish and subscribe' };
      const whom = s.verb === 'claim' ? '' : ` to ${s.grantee === EVERYBODY ? 'everybody' : name(s.grantee)}${s.user === '' ? '' : `/${s.user}`} ${words[s.actions]}`;
      return `leaf ${index}: ${name(s.institution)} ${s.verb}s${whom} ${s.filter} in audience ${s.audience} (${s.id})`;
    });
  }
}
