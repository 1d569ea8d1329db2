<?php

declare( strict_types=1 );

namespace ArBridge\Settings;

defined( 'ABSPATH' ) || exit;

/** Every option this plugin writes. Only SCHEMA is autoloaded: a shop page must not cost a query. */
final class Options {

	/** Version of our tables that this site has. */
	public const SCHEMA = 'ar_bridge_schema';
	/** Where the sidecar is, for which site it was paired, which REST key it got. See Connection. */
	public const CONNECTION = 'ar_bridge_connection';
	/** The shared secret, encrypted. See Security\SecretStore. */
	public const SECRET = 'ar_bridge_secret';
	/** How the last deliveries went. See Delivery\DeliveryState. */
	public const DELIVERY = 'ar_bridge_delivery';

	/** What a change in Oracle has broken, as the sidecar told it. See Sidecar\ToldNotices. */
	public const NOTICES = 'ar_bridge_notices';
	/** Set while a delivery is under way. See Delivery\SendLock. */
	public const SENDING = 'ar_bridge_sending';

	public const ALL = array( self::SCHEMA, self::CONNECTION, self::SECRET, self::DELIVERY, self::NOTICES, self::SENDING );

	/**
	 * An option that holds a record; anything else reads as an empty one.
	 *
	 * @return array<string, mixed>
	 */
	public static function record( string $name ): array {
		$value  = get_option( $name );
		$record = array();
		foreach ( is_array( $value ) ? $value : array() as $key => $part ) {
			$record[ (string) $key ] = $part;
		}
		return $record;
	}

	/** A setting that the environment or wp-config.php holds; null when neither does. The environment wins. */
	public static function external( string $name ): ?string {
		$environment = getenv( $name );
		if ( is_string( $environment ) && '' !== $environment ) {
			return $environment;
		}
		$constant = defined( $name ) ? constant( $name ) : null;
		return is_string( $constant ) && '' !== $constant ? $constant : null;
	}
}
