<?php

declare( strict_types=1 );

namespace ArBridge\Events;

use Closure;

defined( 'ABSPATH' ) || exit;

/**
 * Turns hooks about users into "customer N may have changed". Every user is told, whatever the role: administrators and wholesale roles
 * buy too, and the sidecar knows which ones matter.
 */
final class CustomerHooks {

	private const HOOKS = array(
		'user_register',
		'profile_update',
		'delete_user',
		'woocommerce_created_customer',
		'woocommerce_new_customer',
		'woocommerce_update_customer',
		'woocommerce_customer_save_address',
	);

	/** @param Closure(): Recording $recording Made with the first change. */
	public function __construct( private Closure $recording ) {}

	public function register(): void {
		foreach ( self::HOOKS as $hook ) {
			add_action( $hook, array( $this, 'customer' ), OrderHooks::FIRST );
		}
	}

	/** @param mixed $user_id */
	public function customer( $user_id ): void {
		( $this->recording )()->changes->customer( is_numeric( $user_id ) ? (int) $user_id : 0 );
	}
}
