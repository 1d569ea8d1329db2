// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { routeOf, urlOf } from '../../admin-ui/src/hooks/route.ts';

describe('the address', () => {
  it('names a tab and what is shown on it', () => {
    expect(routeOf('?page=ar-bridge&tab=orders&order=42')).toEqual({ tab: 'orders', params: { order: '42' } });
  });

  it('falls back to the overview for a tab that does not exist', () => {
    expect(routeOf('?page=ar-bridge&tab=nowhere')).toEqual({ tab: 'overview', params: {} });
  });

  it('leaves out what is empty', () => {
    expect(urlOf('orders', { state: 'waiting', search: '', paged: undefined })).toBe(
      'admin.php?page=ar-bridge&tab=orders&state=waiting',
    );
  });

  it('reads back what it wrote, whatever the search holds', () => {
    const params = { search: 'Café & Söhne #7?', paged: '2' };
    const url = new URL(urlOf('orders', params), 'https://shop.example.com/wp-admin/');
    expect(routeOf(url.search)).toEqual({ tab: 'orders', params });
  });
});
