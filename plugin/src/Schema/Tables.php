<?php

declare( strict_types=1 );

namespace ArBridge\Schema;

use ArBridge\Settings\Options;

defined( 'ABSPATH' ) || exit;

/** Our three tables: names, definitions, upgrade. */
final class Tables {

	/** Raise it with every change of a definition below. */
	public const VERSION = '2';

	/** Changed objects that wait for the sidecar; see Outbox\OutboxTable. */
	public static function outbox(): string {
		return self::name( 'outbox' );
	}

	/** What was paid and taken back, insert-only; see Outbox\PaymentTable. */
	public static function payments(): string {
		return self::name( 'payments' );
	}

	/** Ids of signed requests seen lately; see Security\RememberedIds. */
	public static function request_ids(): string {
		return self::name( 'request_ids' );
	}

	/** Brings the tables up to VERSION. Costs no query when they are: the option is autoloaded. */
	public static function ensure(): void {
		$version = get_option( Options::SCHEMA );
		if ( self::VERSION === $version ) {
			return;
		}
		require_once ABSPATH . 'wp-admin/includes/upgrade.php'; // @phpstan-ignore requireOnce.fileNotFound (part of WordPress)
		dbDelta( self::definitions() );
		if ( '1' === $version ) {
			// dbDelta adds keys and drops none: the first version's key would keep reported payments out.
			Database::run( 'ALTER TABLE %i DROP INDEX order_turn', self::payments() );
		}
		update_option( Options::SCHEMA, self::VERSION, true );
	}

	/** Forgets what waits and what was seen. The payments go only when asked for: WooCommerce keeps no paid amount anywhere else. */
	public static function drop( bool $payments_too ): void {
		$tables = array( self::outbox(), self::request_ids() );
		if ( $payments_too ) {
			$tables[] = self::payments();
		}
		foreach ( $tables as $table ) {
			Database::run( 'DROP TABLE IF EXISTS %i', $table );
		}
	}

	private static function name( string $stem ): string {
		return Database::wpdb()->prefix . 'ar_bridge_' . $stem;
	}

	/** In the layout dbDelta reads: one column a line, two spaces after PRIMARY KEY. */
	private static function definitions(): string {
		$outbox      = self::outbox();
		$payments    = self::payments();
		$request_ids = self::request_ids();
		$charset     = Database::wpdb()->get_charset_collate();
		return "CREATE TABLE $outbox (
			kind varchar(16) NOT NULL,
			object_id bigint(20) unsigned NOT NULL,
			seq bigint(20) unsigned NOT NULL,
			pending_until bigint(20) unsigned NOT NULL,
			owner varchar(16) NOT NULL,
			PRIMARY KEY  (kind,object_id),
			KEY seq (seq)
		) $charset;
		CREATE TABLE $payments (
			id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
			order_id bigint(20) unsigned NOT NULL,
			source varchar(16) NOT NULL DEFAULT 'store',
			turn smallint(5) unsigned NOT NULL,
			kind varchar(16) NOT NULL,
			amount varchar(40) NOT NULL,
			currency varchar(8) NOT NULL,
			gateway varchar(190) NOT NULL,
			transaction_id varchar(190) NOT NULL,
			reference varchar(190) NOT NULL DEFAULT '',
			takes_back bigint(20) unsigned NOT NULL DEFAULT 0,
			paid_at bigint(20) unsigned NOT NULL,
			recorded_at bigint(20) unsigned NOT NULL,
			acknowledged_at bigint(20) unsigned NOT NULL DEFAULT 0,
			PRIMARY KEY  (id),
			UNIQUE KEY order_source_turn (order_id,source,turn),
			KEY acknowledged_at (acknowledged_at)
		) $charset;
		CREATE TABLE $request_ids (
			request_id varchar(36) NOT NULL,
			forget_after bigint(20) unsigned NOT NULL,
			PRIMARY KEY  (request_id),
			KEY forget_after (forget_after)
		) $charset;";
	}
}
