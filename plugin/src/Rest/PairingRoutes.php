<?php

declare( strict_types=1 );

namespace ArBridge\Rest;

use ArBridge\Clock;
use ArBridge\Delivery\DeliveryState;
use ArBridge\Outbox\OutboxTable;
use ArBridge\Problem;
use ArBridge\Security\SecretStore;
use ArBridge\Settings\Connection;
use ArBridge\Setup\Pairing;
use ArBridge\Site;
use WP_Error;
use WP_REST_Request;
use WP_REST_Response;

defined( 'ABSPATH' ) || exit;

/** `ar-bridge/v1/pairing`: what the admin page shows and does about the pairing. Answered here, without the sidecar. */
final class PairingRoutes {

	public function __construct(
		private Pairing $pairing,
		private Connection $connection,
		private SecretStore $secrets,
		private DeliveryState $delivery,
		private OutboxTable $outbox
	) {}

	public function register(): void {
		$common = array(
			'show_in_index'       => false,
			'permission_callback' => array( Proxy::class, 'permit' ),
		);
		register_rest_route(
			Proxy::REST_NAMESPACE,
			'/pairing',
			array(
				$common + array(
					'methods'  => 'GET',
					'callback' => fn (): WP_REST_Response => $this->status(),
				),
				$common + array(
					'methods'  => 'POST',
					'callback' => array( $this, 'pair' ),
					'args'     => array(
						'sidecarUrl' => array(
							'type'      => 'string',
							'required'  => true,
							'maxLength' => 500,
						),
						'code'       => array(
							'type'      => 'string',
							'required'  => true,
							'minLength' => 1,
							'maxLength' => 200,
						),
					),
				),
				$common + array(
					'methods'  => 'DELETE',
					'callback' => function (): WP_REST_Response {
						$this->pairing->unpair();
						return $this->status();
					},
				),
			)
		);
	}

	/**
	 * @param WP_REST_Request<array<mixed>> $request
	 * @return WP_REST_Response|WP_Error
	 */
	public function pair( WP_REST_Request $request ) {
		$url  = $request->get_param( 'sidecarUrl' );
		$code = $request->get_param( 'code' );
		$done = $this->pairing->pair( is_string( $url ) ? $url : '', is_string( $code ) ? $code : '', get_current_user_id() );
		return is_wp_error( $done ) ? $done : $this->status();
	}

	/**
	 * `secret` tells where it comes from, never what it is.
	 */
	private function status(): WP_REST_Response {
		$problem = $this->connection->problem();
		$error   = null === $problem ? null : Problem::of_connection( $problem, $this->connection->paired_site() );
		$backlog = $this->outbox->backlog();
		$url     = $this->connection->sidecar_url();
		return new WP_REST_Response(
			array(
				'paired'           => null === $problem,
				'sidecarUrl'       => '' === $url ? null : $url,
				'siteUrl'          => Site::id(),
				'pairedAt'         => $this->connection->paired_at(),
				'problem'          => null === $error ? null : array(
					'code'    => $error->get_error_code(),
					'message' => $error->get_error_message(),
				),
				'secret'           => $this->secrets->state(),
				'prettyPermalinks' => Site::has_pretty_permalinks(),
				'delivery'         => array(
					'waiting'      => $backlog['rows'],
					'waitingSince' => null === $backlog['oldest'] ? null : Clock::instant( $backlog['oldest'] ),
					'succeededAt'  => 0 === $this->delivery->succeeded_at() ? null : Clock::instant( $this->delivery->succeeded_at() ),
					'lastError'    => $this->delivery->last_error(),
				),
			)
		);
	}
}
