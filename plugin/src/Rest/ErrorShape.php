<?php

declare( strict_types=1 );

namespace ArBridge\Rest;

use WP_Error;
use WP_REST_Request;
use WP_REST_Response;

defined( 'ABSPATH' ) || exit;

/**
 * Writes the faults of our routes as `{"error":{"code","message","action"}}`, the shape that sidecar and admin page know; WordPress' own
 * shape stays where WordPress answers before our routes are asked (no such route, stale nonce).
 */
final class ErrorShape {

	/**
	 * Filter `rest_request_after_callbacks`.
	 *
	 * @param mixed $response
	 * @param mixed $handler
	 * @param mixed $request
	 * @return mixed
	 */
	public static function apply( $response, $handler, $request ) {
		if ( ! $request instanceof WP_REST_Request || 1 !== preg_match( '#^/(wc-)?ar-bridge/v1/#', $request->get_route() ) ) {
			return $response;
		}
		if ( $response instanceof WP_Error ) {
			$response = self::response( $response );
		}
		if ( $response instanceof WP_REST_Response ) {
			// Page caches of hosts keep GET answers of visitors without a cookie, and the sidecar is one.
			$response->header( 'Cache-Control', 'no-store, private' );
		}
		return $response;
	}

	private static function response( WP_Error $error ): WP_REST_Response {
		$data  = $error->get_error_data();
		$data  = is_array( $data ) ? $data : array();
		$parts = array(
			'code'    => (string) $error->get_error_code(),
			'message' => $error->get_error_message(),
		);
		if ( is_string( $data['action'] ?? null ) ) {
			$parts['action'] = $data['action'];
		}
		return new WP_REST_Response( array( 'error' => $parts ), is_int( $data['status'] ?? null ) ? $data['status'] : 500 );
	}
}
