// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readFailure } from '../../admin-ui/src/data/failure.ts';
import { readAnswer } from '../../admin-ui/src/data/request.ts';

describe('what apiFetch threw, as a failure for people', () => {
  it('takes message, action and faulty fields from the sidecar', () => {
    const thrown = {
      error: {
        code: 'setup.unknown_unit',
        message: 'No such business unit',
        action: 'Choose one of the list',
        fields: { businessUnit: 'unknown' },
      },
    };
    expect(readFailure(thrown)).toEqual({
      code: 'setup.unknown_unit',
      message: 'No such business unit',
      action: 'Choose one of the list',
      fields: { businessUnit: 'unknown' },
    });
  });

  it('tells what to do when the session has expired', () => {
    expect(readFailure({ code: 'rest_cookie_invalid_nonce', message: 'Cookie check failed' })).toMatchObject({
      message: 'Your session on this page has expired.',
      action: 'Reload the page and sign in again.',
    });
  });

  it('passes on the message of a WordPress error it does not know', () => {
    expect(readFailure({ code: 'some_plugin_error', message: 'Blocked by a firewall' })).toMatchObject({
      code: 'some_plugin_error',
      message: 'Blocked by a firewall',
      action: '',
    });
  });

  it.each([null, undefined, 'text', new TypeError('x is not a function'), {}])('gives a sentence for %s', (thrown) => {
    expect(readFailure(thrown).message).toMatch(/\w/);
  });
});

describe('answers', () => {
  it('keeps an answer that the contract does not describe out of the store and names the field', () => {
    const outcome = readAnswer(z.object({ counts: z.object({ posted: z.number() }) }), { counts: { posted: 'many' } });
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'answer.unexpected' } });
    expect(!outcome.ok && outcome.failure.message).toContain('counts.posted');
  });
});
