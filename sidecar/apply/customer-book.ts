import type { CustomerRecord, Customers, FoundBy, Mapping, Seen } from '../store/customers.ts';
import type { Identities, Who } from './customer-identity.ts';
import type { CustomerAccount, CustomerProgress, NewCustomer } from './ports.ts';

/**
 * What the stored mappings say about somebody. A store customer owns the e-mails they have had: a guest with one of these is them, before
 * and after they have an account. An e-mail that is another store customer's by now speaks for its former owner no more.
 * Rules in words: decisions/0010.
 */
export interface CustomerBook {
  /** The account, and how it is theirs where it was kept under their other identity only. */
  known(who: Who): { account: CustomerAccount; inherited: FoundBy | null } | null;
  /** A creation that was begun for them under any of their identities. */
  unfinished(who: Who): { identity: string; progress: CustomerProgress } | null;
  /** Whether somebody is a customer already, with an account or on the way to one. */
  isKnown(who: Who): boolean;
  /** All identities of the person behind one: the store customer, the e-mails they have or had, the guest they were. */
  family(identity: string): string[];
  /** The identities that no other work may touch meanwhile. */
  keysOf(who: Who): string[];
  /** Whether `tie` would write anything. `fresh`: read from the store just now, not remembered with an order. */
  news(who: Who, customer: NewCustomer, fresh: boolean): boolean;
  /** Inside Committer.write: who they are, that the e-mail is theirs, and that what has an account under one identity has it under all. */
  tie(who: Who, customer: NewCustomer, fresh: boolean, nowMs: number): void;
  /** Inside Committer.write: the same for somebody without an account, keeping nothing but the keys. */
  note(who: Who, nowMs: number): void;
  seen(who: Who, customer: NewCustomer): Seen;
}

/** An e-mail that is a guest's: no store customer's, no company's. */
export const isGuestsOnly = ({ identity, owner, companyKey }: CustomerRecord): boolean =>
  identity.startsWith('mail:') && owner === null && companyKey === null;

export function createCustomerBook(customers: Customers, identities: Identities): CustomerBook {
  const isGuest = (who: Who): boolean => who.identity === who.mail;

  /** Whose an e-mail is; null for nobody's, and where two store customers have it until one of them is read again. */
  const ownerOf = (mail: string, row: CustomerRecord | null): string | null => {
    const users = customers.usersWith(mail).map((user) => user.identity);
    if (row?.owner && users.every((user) => user === row.owner)) return row.owner;
    return users.length === 1 ? (users[0] ?? null) : null;
  };
  /** The guest row of an e-mail, unless it speaks for a former owner. */
  const guestRow = (mail: string): CustomerRecord | null => {
    const row = customers.get(mail);
    return row && (row.owner === null || row.owner === ownerOf(mail, row)) ? row : null;
  };
  /** The row of a store customer's e-mail where it is nobody else's. */
  const mailOf = (who: Who): CustomerRecord | null => {
    const row = who.mail === null || isGuest(who) ? null : customers.get(who.mail);
    return row && (row.owner === null || row.owner === who.identity) ? row : null;
  };

  const known: CustomerBook['known'] = (who) => {
    const own = isGuest(who) ? guestRow(who.identity) : customers.get(who.identity);
    if (own?.account) return { account: own.account, inherited: null };
    if (!isGuest(who)) {
      const guest = mailOf(who);
      return guest?.account ? { account: guest.account, inherited: 'guest' } : null;
    }
    const owner = ownerOf(who.identity, own);
    const account = owner === null ? null : customers.account(owner);
    return account ? { account, inherited: 'user' } : null;
  };

  const unfinished: CustomerBook['unfinished'] = (who) => {
    const own = isGuest(who) ? guestRow(who.identity) : customers.get(who.identity);
    const user = isGuest(who) ? ownerOf(who.identity, own) : who.identity;
    const family = [own, mailOf(who), ...(user === null ? [] : [customers.get(user), ...customers.ownedBy(user)])];
    const begun = family.find((row) => row?.progress);
    return begun?.progress ? { identity: begun.identity, progress: begun.progress } : null;
  };

  const keysOnly = (who: Who): Seen => ({
    label: null,
    name: null,
    emailKey: who.mail,
    mailboxKey: who.email === null ? null : identities.mailbox(who.email),
    companyKey: null,
  });
  const seen: CustomerBook['seen'] = (who, customer) => ({
    ...keysOnly(who),
    ...(!who.erased && { label: who.label || null, name: customer.name }),
    companyKey: customer.kind === 'organization' ? identities.company(customer.name) : null,
  });
  /** An order may remember an older e-mail than the profile has: it does not overwrite a newer one. */
  const seenNow = (who: Who, customer: NewCustomer, fresh: boolean): Seen => {
    const row = isGuest(who) ? null : customers.get(who.identity);
    const older = !fresh && row?.emailKey && row.emailKey !== who.mail;
    return older ? { ...seen(who, customer), label: null, emailKey: null, mailboxKey: null } : seen(who, customer);
  };

  /** What becomes of the row of a store customer's e-mail, if anything. */
  const claimOf = (who: Who): 'own' | 'take over' | null => {
    if (who.mail === null || isGuest(who)) return null;
    const row = customers.get(who.mail);
    if (row === null || row.owner === null) return 'own';
    if (row.owner === who.identity) return null;
    return customers.get(row.owner)?.emailKey === who.mail ? null : 'take over';
  };
  const claim = (who: Who, nowMs: number): void => {
    const step = claimOf(who);
    if (step === null || who.mail === null) return;
    if (step === 'take over') customers.unlink(who.mail, 'another store customer has this e-mail now', nowMs);
    customers.see(who.mail, keysOnly(who), nowMs);
    customers.setOwner(who.mail, who.identity);
  };

  /** Rows that lack the account that the other identity has: the e-mail of a store customer, the store customer of a guest. */
  const lacking = (who: Who): string | null => {
    if (who.mail === null || !customers.account(who.identity)) return null;
    const other = isGuest(who) ? ownerOf(who.mail, customers.get(who.mail)) : mailOf(who)?.identity;
    return other && !customers.account(other) ? other : null;
  };
  const share = (who: Who, customer: NewCustomer, nowMs: number): void => {
    const other = lacking(who);
    const own = customers.get(who.identity);
    if (other === null || !own?.account) return;
    const owner = customers.get(other)?.owner ?? null;
    const { account, flows, contentHash, contentAt } = own;
    const mapping: Mapping = {
      account,
      foundBy: isGuest(who) ? 'guest' : 'user',
      actor: null,
      flows,
      owner,
      contentHash,
      contentAt,
    };
    const isCurrent = !isGuest(who) || customers.get(other)?.emailKey === who.mail;
    customers.see(other, { ...seen(who, customer), ...(!isCurrent && { label: null, emailKey: null, mailboxKey: null }) }, nowMs);
    customers.map(other, mapping, nowMs);
  };

  /** The e-mails that one guest had: those that were told of by an order which has the account already. */
  const guestsOf = (own: CustomerRecord): string[] => {
    if (own.account === null || !own.identity.startsWith('mail:')) return [own.identity];
    const others = customers
      .ofAccount(own.account.accountNumber)
      .filter(isGuestsOnly)
      .filter((row) => row.foundBy === 'guest' || own.foundBy === 'guest');
    return [...new Set([own.identity, ...others.map((row) => row.identity)])];
  };

  const family: CustomerBook['family'] = (identity) => {
    const own = customers.get(identity);
    const user = identity.startsWith('user:') ? identity : identity.startsWith('mail:') ? ownerOf(identity, own) : null;
    if (user === null) return own === null ? [identity] : guestsOf(own);
    const mail = customers.get(user)?.emailKey ?? null;
    const guest = mail === null ? null : customers.get(mail);
    const theirs = guest && (guest.owner === null || guest.owner === user) ? [guest.identity] : [];
    return [...new Set([identity, user, ...theirs, ...customers.ownedBy(user).map((row) => row.identity)])];
  };

  return {
    known,
    unfinished,
    isKnown(who) {
      const row = customers.get(who.identity);
      if (known(who) || unfinished(who) || row?.problem) return true;
      return who.mail !== null && customers.usersWith(who.mail).length > 0;
    },
    family,
    seen,
    keysOf(who) {
      const owner = isGuest(who) ? ownerOf(who.identity, customers.get(who.identity)) : null;
      return [...new Set([who.identity, who.mail, owner].filter((key) => key !== null))];
    },
    news(who, customer, fresh) {
      const row = customers.get(who.identity);
      const now = seenNow(who, customer, fresh);
      const changed =
        row === null ||
        (row.erasedAtMs !== null && !who.erased) ||
        (now.label !== null && now.label !== row.label) ||
        (now.name !== null && now.name !== row.name) ||
        (now.emailKey !== null && now.emailKey !== row.emailKey);
      return changed || claimOf(who) !== null || lacking(who) !== null;
    },
    tie(who, customer, fresh, nowMs) {
      customers.see(who.identity, seenNow(who, customer, fresh), nowMs);
      claim(who, nowMs);
      share(who, customer, nowMs);
    },
    note(who, nowMs) {
      customers.see(who.identity, keysOnly(who), nowMs);
      claim(who, nowMs);
    },
  };
}
