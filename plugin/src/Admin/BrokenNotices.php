<?php

declare( strict_types=1 );

namespace ArBridge\Admin;

use ArBridge\Sidecar\ToldNotices;

defined( 'ABSPATH' ) || exit;

/**
 * Says on the Dashboard, WooCommerce's screens and the Plugins page what a change in Oracle has broken, with the orders at risk, until it
 * is mended or the person puts it away.
 */
final class BrokenNotices {

	private const PUT_AWAY = 'ar_bridge_put_away';
	/** More of them are one sentence. */
	private const MOST_SHOWN = 3;

	public function register(): void {
		add_action( 'admin_init', array( self::class, 'put_away' ) );
		add_action( 'admin_notices', array( self::class, 'show' ) );
	}

	/** The link of a notice: marks it and comes back to the same page. */
	public static function put_away(): void {
		$asked = wp_unslash( $_GET[ self::PUT_AWAY ] ?? '' ); // phpcs:ignore WordPress.Security
		if ( ! is_string( $asked ) || '' === $asked || ! current_user_can( Admin::CAPABILITY ) ) {
			return;
		}
		$id = absint( $asked );
		check_admin_referer( self::PUT_AWAY . $id );
		ToldNotices::put_away( $id, get_current_user_id() );
		wp_safe_redirect( remove_query_arg( array( self::PUT_AWAY, '_wpnonce' ) ) );
		exit;
	}

	public static function show(): void {
		$screen = get_current_screen();
		if ( null === $screen || ! in_array( $screen->id, array_merge( wc_get_screen_ids(), array( 'dashboard', 'plugins' ) ), true ) ) {
			return;
		}
		$notices = ToldNotices::unseen_by( get_current_user_id() );
		foreach ( array_slice( $notices, 0, self::MOST_SHOWN ) as $notice ) {
			printf(
				'<div class="notice notice-warning"><p><strong>%1$s</strong> %2$s %3$s <a href="%4$s">%5$s</a> &nbsp; <a href="%6$s">%7$s</a></p></div>',
				esc_html__( 'AR Bridge:', 'ar-bridge' ),
				esc_html( $notice['message'] ),
				esc_html( self::at_risk( $notice['orders'], $notice['sample'] ) ),
				esc_url( Page::url() ),
				esc_html__( 'Open AR Bridge', 'ar-bridge' ),
				esc_url( wp_nonce_url( add_query_arg( self::PUT_AWAY, $notice['id'] ), self::PUT_AWAY . $notice['id'] ) ),
				esc_html__( 'Dismiss', 'ar-bridge' )
			);
		}
		$more = count( $notices ) - self::MOST_SHOWN;
		if ( $more > 0 ) {
			printf(
				'<div class="notice notice-warning"><p><strong>%1$s</strong> <a href="%2$s">%3$s</a></p></div>',
				esc_html__( 'AR Bridge:', 'ar-bridge' ),
				esc_url( Page::url() ),
				/* translators: %d: number of changes */
				esc_html( sprintf( _n( '%d further change in Oracle needs a look.', '%d further changes in Oracle need a look.', $more, 'ar-bridge' ), $more ) )
			);
		}
	}

	/** @param list<int> $sample */
	private static function at_risk( int $orders, array $sample ): string {
		if ( 0 === $orders ) {
			return __( 'No waiting or recent order meets it.', 'ar-bridge' );
		}
		return sprintf(
			/* translators: 1: number of orders, 2: order numbers */
			_n( '%1$d waiting or recent order meets it: %2$s.', '%1$d waiting or recent orders meet it, such as %2$s.', $orders, 'ar-bridge' ),
			$orders,
			implode( ', ', array_map( static fn ( int $id ): string => "#$id", $sample ) )
		);
	}
}
