<?php

declare( strict_types=1 );

namespace ArBridge\Rest;

defined( 'ABSPATH' ) || exit;

/**
 * The sidecar's admin routes that the page may reach through the proxy: ADMIN_ROUTES of sidecar/http/admin-contract.ts, method and path.
 * test/plugin/admin-routes.test.ts compares the two lists.
 */
final class AdminRoutes {

	public const ALLOWED = array(
		array( 'GET', '/overview' ),
		array( 'GET', '/orders' ),
		array( 'GET', '/orders/:id' ),
		array( 'POST', '/orders/:id/dry-run' ),
		array( 'POST', '/orders/:id/replay' ),
		array( 'POST', '/orders/:id/skip' ),
		array( 'POST', '/orders/:id/decide' ),
		array( 'POST', '/orders/:id/settle-overpayment' ),
		array( 'POST', '/orders/replay' ),
		array( 'POST', '/orders/replay-cause' ),
		array( 'GET', '/settlements/waiting' ),
		array( 'POST', '/settlements/settle-waiting' ),
		array( 'GET', '/order-states' ),
		array( 'GET', '/rules' ),
		array( 'PUT', '/rules' ),
		array( 'POST', '/rules/try' ),
		array( 'POST', '/rules/check' ),
		array( 'GET', '/rules/versions' ),
		array( 'GET', '/rules/versions/:version' ),
		array( 'GET', '/rules/changes' ),
		array( 'GET', '/rules/csv' ),
		array( 'GET', '/rules/json' ),
		array( 'POST', '/rules/import' ),
		array( 'GET', '/rules/what-if' ),
		array( 'POST', '/rules/what-if' ),
		array( 'POST', '/rules/what-if/cancel' ),
		array( 'GET', '/rules/unmapped' ),
		array( 'GET', '/audit' ),
		array( 'GET', '/audit/verify' ),
		array( 'GET', '/audit/csv' ),
		array( 'GET', '/audit/:seq' ),
		array( 'GET', '/connections' ),
		array( 'PUT', '/connections/store' ),
		array( 'PUT', '/connections/oracle' ),
		array( 'PUT', '/connections/setup' ),
		array( 'PUT', '/connections/mode' ),
		array( 'PUT', '/connections/poll' ),
		array( 'POST', '/connections/store/test' ),
		array( 'POST', '/connections/oracle/test' ),
		array( 'POST', '/sweeps' ),
		array( 'GET', '/reference/:list' ),
		array( 'POST', '/reference/pull' ),
		array( 'GET', '/references' ),
		array( 'PUT', '/references/settings' ),
		array( 'GET', '/references/changes' ),
		array( 'GET', '/references/notices' ),
		array( 'POST', '/references/notices/:id/dismiss' ),
		array( 'GET', '/customers' ),
		array( 'GET', '/customers/oracle' ),
		array( 'GET', '/customers/store' ),
		array( 'GET', '/customers/merge-hints' ),
		array( 'GET', '/customers/csv' ),
		array( 'GET', '/customers/import' ),
		array( 'POST', '/customers/import' ),
		array( 'POST', '/customers/import/commit' ),
		array( 'POST', '/customers/import/cancel' ),
		array( 'GET', '/customers/:customer' ),
		array( 'POST', '/customers/:customer/link' ),
		array( 'POST', '/customers/:customer/unlink' ),
		array( 'POST', '/customers/:customer/new-account' ),
		array( 'GET', '/reconcile' ),
		array( 'POST', '/reconcile/runs' ),
		array( 'GET', '/reconcile/runs/:id' ),
		array( 'GET', '/reconcile/runs/:id/rows' ),
		array( 'GET', '/reconcile/runs/:id/orders' ),
		array( 'GET', '/reconcile/runs/:id/csv' ),
		array( 'GET', '/reconcile/certificates/:id' ),
		array( 'GET', '/reconcile/certificates/:id/csv' ),
		array( 'GET', '/reconcile/drift' ),
		array( 'POST', '/reconcile/drift/accept' ),
		array( 'POST', '/reconcile/drift/put-right' ),
		array( 'GET', '/catalogue' ),
	);

	/** What may stand in the place of a parameter. */
	private const PARAMETERS = array(
		':id'       => '(?P<id>[1-9][0-9]{0,18})',
		':seq'      => '(?P<seq>[1-9][0-9]{0,18})',
		':list'     => '(?P<list>[A-Za-z][A-Za-z-]{0,39})',
		':version'  => '(?P<version>[1-9][0-9]{0,8})',
		':customer' => '(?P<customer>(?:user|mail|vat|order)-[0-9a-f]{1,32})',
	);

	/**
	 * The path as WordPress' router matches it.
	 *
	 * @param string $path As in ALLOWED.
	 * @return non-falsy-string
	 */
	public static function pattern( string $path ): string {
		return '/' . strtr( ltrim( $path, '/' ), self::PARAMETERS );
	}
}
