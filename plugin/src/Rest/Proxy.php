<?php

declare( strict_types=1 );

namespace ArBridge\Rest;

use ArBridge\Problem;
use ArBridge\Settings\Connection;
use ArBridge\Sidecar\Answer;
use ArBridge\Sidecar\SidecarClient;
use ArBridge\Sidecar\Unreachable;
use WP_Error;
use WP_REST_Request;
use WP_REST_Response;

defined( 'ABSPATH' ) || exit;

/**
 * Carries the admin page's calls to the sidecar: `ar-bridge/v1/x` becomes a signed `/v1/admin/x`. Only the paths of AdminRoutes, only for
 * those who may manage WooCommerce; the page never names an address, and never sees the secret.
 * The namespace does not begin with `wc-`, so consumer keys do not reach it: a person's session does, with its nonce.
 */
final class Proxy {

	public const REST_NAMESPACE = 'ar-bridge/v1';

	private const TIMEOUT_SECONDS = 15.0;
	private const LONGEST_VALUE   = 4000;

	public function __construct( private SidecarClient $sidecar, private Connection $connection ) {}

	public function register(): void {
		foreach ( AdminRoutes::ALLOWED as list( $method, $path ) ) {
			register_rest_route(
				self::REST_NAMESPACE,
				AdminRoutes::pattern( $path ),
				array(
					'methods'             => $method,
					'show_in_index'       => false,
					'permission_callback' => array( self::class, 'permit' ),
					'callback'            => fn ( WP_REST_Request $request ): WP_REST_Response|WP_Error => $this->forward( $method, $path, $request ),
				)
			);
		}
		add_filter( 'rest_pre_serve_request', array( self::class, 'serve_text' ), 10, 3 );
	}

	/**
	 * Permission callback of everything a person may do here.
	 *
	 * @return true|WP_Error
	 */
	public static function permit() {
		return current_user_can( 'manage_woocommerce' ) ? true : Problem::error(
			'admin.forbidden',
			rest_authorization_required_code(),
			__( 'Only those who may manage WooCommerce can see and steer AR Bridge.', 'ar-bridge' ),
			__( 'Sign in as a shop manager or an administrator.', 'ar-bridge' )
		);
	}

	/**
	 * The path is built anew from the list and its checked parameters; what the browser wrote goes no further than that.
	 *
	 * @param WP_REST_Request<array<mixed>> $request
	 */
	private function forward( string $method, string $path, WP_REST_Request $request ): WP_REST_Response|WP_Error {
		$problem = $this->connection->problem();
		if ( null !== $problem ) {
			return Problem::of_connection( $problem, $this->connection->paired_site() );
		}
		foreach ( $request->get_url_params() as $name => $value ) {
			$path = str_replace( ':' . $name, is_string( $value ) ? $value : '', $path );
		}
		try {
			$answer = $this->sidecar->call( $method, '/v1/admin' . $path . '?' . self::query( $request ), 'GET' === $method ? '' : (string) $request->get_body(), self::TIMEOUT_SECONDS );
		} catch ( Unreachable $unreachable ) {
			return Problem::unreachable( $this->connection->sidecar_url(), $unreachable->getMessage() );
		}
		return $this->pass_on( $answer );
	}

	/**
	 * Filter `rest_pre_serve_request`: sends the CSV as it is, where WordPress would write it as a JSON string.
	 *
	 * @param mixed $served
	 * @param mixed $response
	 * @param mixed $request
	 * @return mixed
	 */
	public static function serve_text( $served, $response, $request ) {
		if ( true === $served || ! $response instanceof WP_REST_Response || ! $request instanceof WP_REST_Request || ! str_starts_with( $request->get_route(), '/' . self::REST_NAMESPACE . '/' ) ) {
			return $served;
		}
		$type = $response->get_headers()['Content-Type'] ?? '';
		$text = $response->get_data();
		if ( ! is_string( $type ) || ! str_starts_with( $type, 'text/csv' ) || ! is_string( $text ) ) {
			return $served;
		}
		echo $text; // phpcs:ignore WordPress.Security.EscapeOutput -- text/csv with nosniff, not HTML.
		return true;
	}

	/** Status, JSON and CSV pass through; no header of the sidecar does, but the two that a download needs. */
	private function pass_on( Answer $answer ): WP_REST_Response|WP_Error {
		if ( str_starts_with( $answer->content_type, 'text/csv' ) ) {
			$response = new WP_REST_Response( $answer->body, $answer->status );
			$response->header( 'Content-Type', 'text/csv; charset=utf-8' );
			$response->header( 'X-Content-Type-Options', 'nosniff' );
			$response->header( 'Content-Disposition', 1 === preg_match( '/^attachment; ?filename="[\w.-]{1,80}"$/D', $answer->disposition ) ? $answer->disposition : 'attachment; filename="ar-bridge-audit.csv"' );
			return $response;
		}
		// Objects, not arrays: an empty object must not come out as an empty list. Integers beyond 64 bits stay text.
		$json = json_decode( $answer->body, false, 512, JSON_BIGINT_AS_STRING );
		if ( JSON_ERROR_NONE !== json_last_error() ) {
			return Problem::error(
				'sidecar.bad_answer',
				502,
				/* translators: 1: web address, 2: HTTP status, for example 500 */
				sprintf( __( 'What answers at %1$s is not an AR Bridge sidecar: HTTP %2$d without JSON.', 'ar-bridge' ), $this->connection->sidecar_url(), $answer->status ),
				__( 'Check the address and the port, and whether a proxy in between answers in its place.', 'ar-bridge' )
			);
		}
		return new WP_REST_Response( $json, $answer->status );
	}

	/**
	 * The page's query, without what belongs to WordPress, and with the person's login as `actor`. Encoded by the same rules that
	 * WordPress' HTTP library applies (RFC 3986), so that the signed target is the one that leaves.
	 *
	 * @param WP_REST_Request<array<mixed>> $request
	 */
	private static function query( WP_REST_Request $request ): string {
		$query = array();
		foreach ( $request->get_query_params() as $name => $value ) {
			$name = (string) $name;
			if ( is_scalar( $value ) && 1 === preg_match( '/^[A-Za-z][A-Za-z0-9]{0,39}$/D', $name ) ) {
				$query[ $name ] = mb_substr( (string) $value, 0, self::LONGEST_VALUE );
			}
		}
		$query['actor'] = wp_get_current_user()->user_login;
		return http_build_query( $query, '', '&', PHP_QUERY_RFC3986 );
	}
}
