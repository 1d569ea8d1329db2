<?php

declare( strict_types=1 );

namespace ArBridge\Admin;

use ArBridge\Clock;
use ArBridge\Delivery\DeliveryState;
use ArBridge\Outbox\OutboxTable;
use ArBridge\Settings\Connection;
use ArBridge\Sidecar\SidecarClient;

defined( 'ABSPATH' ) || exit;

/** The plugin's part of wp-admin, made when the menu is: nothing of it exists on a shop page. */
final class Admin {

	public const CAPABILITY = 'manage_woocommerce';

	public function __construct(
		private string $file,
		private Connection $connection,
		private OutboxTable $outbox,
		private DeliveryState $delivery,
		private SidecarClient $sidecar,
		private Clock $clock
	) {}

	/** Called on `admin_menu`. */
	public function register(): void {
		$assets = new Assets( $this->file, $this->connection );
		( new Links( plugin_basename( $this->file ), plugins_url( 'readme.txt', $this->file ) ) )->register();
		if ( ! class_exists( 'WooCommerce' ) || ! current_user_can( self::CAPABILITY ) ) {
			return;
		}
		( new Page( $assets ) )->register();
		( new OrderScreen( $assets ) )->register();
		( new CustomerScreen() )->register();
		( new StateFilter() )->register();
		( new BulkReplay( $this->sidecar, $this->connection ) )->register();
		( new SettingsSection() )->register();
		( new BrokenNotices() )->register();
		( new Notices( $assets, $this->connection, $this->outbox, $this->delivery, $this->clock ) )->register();
	}
}
