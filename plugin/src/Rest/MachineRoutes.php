<?php

declare( strict_types=1 );

namespace ArBridge\Rest;

use ArBridge\Customers\AccountNumbers;
use ArBridge\Outbox\Outbox;
use ArBridge\Security\RequestVerifier;
use ArBridge\Sidecar\ToldNotices;
use ArBridge\Site;
use WP_REST_Request;
use WP_REST_Response;

defined( 'ABSPATH' ) || exit;

/** The routes for the sidecar, open to nobody but the holder of the shared secret. */
final class MachineRoutes {

	public const REST_NAMESPACE = 'wc-ar-bridge/v1';

	private const MOST_ROWS = 500;

	public function __construct( private RequestVerifier $verifier, private Outbox $outbox ) {}

	public function register(): void {
		$this->route(
			'/outbox',
			'GET',
			function ( WP_REST_Request $request ): array {
				$limit = $request->get_param( 'limit' );
				return array( 'site' => Site::id() ) + $this->outbox->batch( is_int( $limit ) ? $limit : 200 );
			},
			array(
				'limit' => array(
					'type'    => 'integer',
					'minimum' => 1,
					'maximum' => self::MOST_ROWS,
					'default' => 200,
				),
			)
		);
		$this->route(
			'/outbox/ack',
			'POST',
			fn ( WP_REST_Request $request ): array => array( 'deleted' => $this->outbox->acknowledge( ...Outbox::parse_acknowledgement( $request->get_json_params() ) ) )
		);
		$this->route( '/customers/account', 'POST', static fn ( WP_REST_Request $request ): array => AccountNumbers::keep( $request->get_json_params() ) );
		$this->route( '/notices', 'POST', static fn ( WP_REST_Request $request ): array => ToldNotices::keep( $request->get_json_params() ) );
		$this->route( '/site', 'GET', static fn ( WP_REST_Request $request ): array => Site::describe() );
	}

	/**
	 * @param non-falsy-string                                             $path
	 * @param callable(WP_REST_Request<array<mixed>>): array<string, mixed> $answer
	 * @param array<string, array<string, mixed>>                          $args
	 */
	private function route( string $path, string $method, callable $answer, array $args = array() ): void {
		register_rest_route(
			self::REST_NAMESPACE,
			$path,
			array(
				'methods'             => $method,
				'show_in_index'       => false,
				'permission_callback' => array( $this->verifier, 'permit' ),
				// A call that came before is not carried out again.
				'callback'            => fn ( WP_REST_Request $request ): WP_REST_Response => new WP_REST_Response( $this->verifier->is_known( $request ) ? array( 'known' => true ) : $answer( $request ) ),
				'args'                => $args,
			)
		);
	}
}
