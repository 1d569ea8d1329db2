<?php

declare( strict_types=1 );

namespace ArBridge\Admin;

use ArBridge\Clock;
use ArBridge\Delivery\DeliveryState;
use ArBridge\Outbox\OutboxTable;
use ArBridge\Problem;
use ArBridge\Settings\Connection;
use ArBridge\Site;

defined( 'ABSPATH' ) || exit;

/** Says on WooCommerce's screens and the Plugins page when orders do not reach the sidecar, and why. */
final class Notices {

	/** The sidecar pulls every few seconds and the job runs every minute: what waits longer is stuck. */
	private const STUCK_SECONDS = 900;

	public function __construct(
		private Assets $assets,
		private Connection $connection,
		private OutboxTable $outbox,
		private DeliveryState $delivery,
		private Clock $clock
	) {}

	public function register(): void {
		add_action( 'admin_notices', array( $this, 'show' ) );
	}

	public function show(): void {
		$screen = get_current_screen();
		if ( null === $screen || ! in_array( $screen->id, array_merge( wc_get_screen_ids(), array( 'plugins' ) ), true ) ) {
			return;
		}
		foreach ( $this->messages() as $message ) {
			printf(
				'<div class="notice notice-warning"><p><strong>%s</strong> %s <a href="%s">%s</a></p></div>',
				esc_html__( 'AR Bridge:', 'ar-bridge' ),
				esc_html( $message ),
				esc_url( Page::url( 'connections' ) ),
				esc_html__( 'Open AR Bridge', 'ar-bridge' )
			);
		}
	}

	public static function build_missing(): string {
		return __( 'The admin page has not been built. In the working copy run `npm ci` and then `npm run build`.', 'ar-bridge' );
	}

	/** @return list<string> */
	private function messages(): array {
		$messages = array();
		$problem  = $this->connection->problem();
		if ( null !== $problem ) {
			$messages[] = Problem::of_connection( $problem, $this->connection->paired_site() )->get_error_message() . ' ' . __( 'Changes are kept until then.', 'ar-bridge' );
		} else {
			$backlog = $this->outbox->backlog();
			$waited  = null === $backlog['oldest'] ? 0 : $this->clock->seconds() - $backlog['oldest'];
			if ( $waited > self::STUCK_SECONDS ) {
				$messages[] = trim(
					sprintf(
						/* translators: 1: number of changed orders and customers, 2: minutes, 3: web address, 4: reason or nothing */
						_n( '%1$d change has been waiting for %2$d minutes for the sidecar at %3$s, which neither takes nor fetches it. %4$s', '%1$d changes have been waiting for up to %2$d minutes for the sidecar at %3$s, which neither takes nor fetches them. %4$s', $backlog['rows'], 'ar-bridge' ),
						$backlog['rows'],
						intdiv( $waited, 60 ),
						$this->connection->sidecar_url(),
						$this->delivery->last_error()
					)
				);
			}
		}
		if ( ! Site::has_pretty_permalinks() ) {
			$messages[] = __( 'With plain permalinks the sidecar cannot read the store: WooCommerce checks REST keys only below /wp-json/. Choose another structure under Settings > Permalinks.', 'ar-bridge' );
		}
		if ( ! $this->assets->exists( Assets::PAGE ) ) {
			$messages[] = self::build_missing();
		}
		return $messages;
	}
}
