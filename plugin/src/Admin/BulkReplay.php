<?php

declare( strict_types=1 );

namespace ArBridge\Admin;

use ArBridge\Problem;
use ArBridge\Settings\Connection;
use ArBridge\Sidecar\SidecarClient;
use ArBridge\Sidecar\Unreachable;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * "Replay in Oracle" among the order list's bulk actions: one signed call for all of them, and a notice with what came of it. WordPress
 * and WooCommerce check the nonce before they ask for the action.
 */
final class BulkReplay {

	private const ACTION          = 'ar_bridge_replay';
	private const MOST            = 100;
	private const TIMEOUT_SECONDS = 15.0;
	private const KEPT_SECONDS    = 60;

	public function __construct( private SidecarClient $sidecar, private Connection $connection ) {}

	public function register(): void {
		// On order tables and on posts storage.
		foreach ( array( wc_get_page_screen_id( 'shop-order' ), 'edit-shop_order' ) as $screen ) {
			add_filter( "bulk_actions-{$screen}", array( self::class, 'offer' ) );
			add_filter( "handle_bulk_actions-{$screen}", array( $this, 'handle' ), 10, 3 );
		}
		add_action( 'admin_notices', array( self::class, 'show_result' ) );
	}

	/**
	 * @param mixed $actions
	 * @return array<string, mixed>
	 */
	public static function offer( $actions ): array {
		$offered = array();
		foreach ( is_array( $actions ) ? $actions : array() as $name => $title ) {
			$offered[ (string) $name ] = $title;
		}
		return $offered + array( self::ACTION => __( 'Replay in Oracle', 'ar-bridge' ) );
	}

	/**
	 * @param mixed $redirect Where WordPress goes next.
	 * @param mixed $action
	 * @param mixed $ids
	 * @return mixed
	 */
	public function handle( $redirect, $action, $ids ) {
		if ( self::ACTION === $action && current_user_can( Admin::CAPABILITY ) && is_array( $ids ) ) {
			$orders = array_values( array_unique( array_filter( array_map( static fn ( $id ): int => is_numeric( $id ) ? absint( $id ) : 0, $ids ) ) ) );
			$result = $this->replay( $orders );
			$failed = is_wp_error( $result );
			// Kept for the page that follows; a message in the address could be written by anybody.
			set_transient( self::result_of_user(), array( $failed ? 'error' : 'success', $failed ? self::in_words( $result ) : $result ), self::KEPT_SECONDS );
		}
		return $redirect;
	}

	/** Says once, on the list, what came of it. */
	public static function show_result(): void {
		$screen = get_current_screen();
		if ( null === $screen || ! in_array( $screen->id, array( wc_get_page_screen_id( 'shop-order' ), 'edit-shop_order' ), true ) ) {
			return;
		}
		$result = get_transient( self::result_of_user() );
		if ( is_array( $result ) && is_string( $result[0] ?? null ) && is_string( $result[1] ?? null ) ) {
			delete_transient( self::result_of_user() );
			printf( '<div class="notice notice-%s is-dismissible"><p><strong>%s</strong> %s</p></div>', esc_attr( $result[0] ), esc_html__( 'AR Bridge:', 'ar-bridge' ), esc_html( $result[1] ) );
		}
	}

	/**
	 * @param list<int> $orders
	 * @return string|WP_Error How many, in words; or why not.
	 */
	private function replay( array $orders ) {
		if ( count( $orders ) > self::MOST ) {
			return Problem::error(
				'bulk.too_many',
				400,
				/* translators: 1: number of orders that were chosen, 2: the most that are allowed */
				sprintf( __( '%1$d orders were chosen, at most %2$d can be replayed at once. None was.', 'ar-bridge' ), count( $orders ), self::MOST ),
				__( 'Choose fewer, or replay all orders of one cause on the overview of AR Bridge.', 'ar-bridge' )
			);
		}
		$problem = $this->connection->problem();
		if ( null !== $problem ) {
			return Problem::of_connection( $problem, $this->connection->paired_site() );
		}
		$query = http_build_query( array( 'actor' => wp_get_current_user()->user_login ), '', '&', PHP_QUERY_RFC3986 );
		try {
			$answer = $this->sidecar->call( 'POST', "/v1/admin/orders/replay?$query", (string) wp_json_encode( array( 'orderIds' => $orders ) ), self::TIMEOUT_SECONDS );
		} catch ( Unreachable $unreachable ) {
			return Problem::unreachable( $this->connection->sidecar_url(), $unreachable->getMessage() );
		}
		if ( ! $answer->is_ok() ) {
			return Problem::error( $answer->error_code(), $answer->status, $answer->error_message(), $answer->error_action() ?? '' );
		}
		$json     = $answer->json();
		$accepted = is_array( $json ) && is_int( $json['accepted'] ?? null ) ? $json['accepted'] : 0;
		/* translators: %d: number of orders */
		return sprintf( _n( '%d order is on its way to Oracle again.', '%d orders are on their way to Oracle again.', $accepted, 'ar-bridge' ), $accepted );
	}

	private static function in_words( WP_Error $error ): string {
		$data   = $error->get_error_data();
		$action = is_array( $data ) && is_string( $data['action'] ?? null ) ? $data['action'] : '';
		return trim( $error->get_error_message() . ' ' . $action );
	}

	private static function result_of_user(): string {
		return 'ar_bridge_bulk_' . get_current_user_id();
	}
}
