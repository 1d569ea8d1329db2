<?php

declare( strict_types=1 );

namespace ArBridge;

use ArBridge\Admin\Admin;
use ArBridge\Delivery\AfterResponse;
use ArBridge\Delivery\Delivery;
use ArBridge\Delivery\DeliveryState;
use ArBridge\Delivery\Schedule;
use ArBridge\Events\ChangeLog;
use ArBridge\Events\CustomerHooks;
use ArBridge\Events\OrderHooks;
use ArBridge\Events\PaymentWatch;
use ArBridge\Events\TransactionWatch;
use ArBridge\Outbox\Outbox;
use ArBridge\Outbox\OutboxTable;
use ArBridge\Outbox\PaymentTable;
use ArBridge\Rest\ErrorShape;
use ArBridge\Rest\MachineRoutes;
use ArBridge\Rest\PairingRoutes;
use ArBridge\Rest\Proxy;
use ArBridge\Schema\Tables;
use ArBridge\Security\RememberedIds;
use ArBridge\Security\RequestVerifier;
use ArBridge\Security\SecretStore;
use ArBridge\Settings\Connection;
use ArBridge\Setup\Pairing;
use ArBridge\Sidecar\SidecarClient;
use Automattic\WooCommerce\Utilities\FeaturesUtil;

defined( 'ABSPATH' ) || exit;

/**
 * The composition root: every object is made here, when its part is first needed. An ordinary shop page makes only the hooks.
 */
final class Plugin {

	/** The same as in the header of ar-bridge.php; test/plugin compares them. */
	public const VERSION = '0.1.0';

	private static ?self $instance = null;

	private Clock $clock;
	private OutboxTable $outbox_table;
	private PaymentTable $payment_table;
	private Outbox $outbox;
	private ChangeLog $changes;
	private PaymentWatch $payments;
	private ?SecretStore $secrets = null;

	private function __construct( private string $file ) {
		$this->clock         = new Clock();
		$this->outbox_table  = new OutboxTable( $this->clock );
		$this->payment_table = new PaymentTable( $this->clock );
		$this->outbox        = new Outbox( $this->outbox_table, $this->payment_table );
		$transactions        = new TransactionWatch();
		$this->payments      = new PaymentWatch( $this->payment_table, $transactions, $this->clock );
		$this->changes       = new ChangeLog(
			$this->outbox_table,
			$transactions,
			$this->clock,
			static fn ( int $id ): bool => OrderHooks::is_draft( $id ),
			fn () => $this->payments->record_held(),
			fn () => ( new AfterResponse( $this->delivery() ) )->run()
		);
	}

	/** Called once, by the main file. */
	public static function start( string $file ): void {
		if ( null === self::$instance ) {
			self::$instance = new self( $file );
			self::$instance->register();
		}
	}

	private function register(): void {
		register_activation_hook( $this->file, array( $this, 'activate' ) );
		register_deactivation_hook( $this->file, array( Schedule::class, 'cancel' ) );
		add_action( 'before_woocommerce_init', array( $this, 'declare_compatibility' ) );
		// A new version of the plugin may come with a new version of the tables, without an activation.
		add_action( 'init', array( Tables::class, 'ensure' ), 1 );

		( new OrderHooks( $this->changes, $this->payments ) )->register();
		( new CustomerHooks( $this->changes ) )->register();

		// One PHP process works through many jobs: each one's changes are settled when it is done.
		add_action( 'action_scheduler_after_execute', fn () => $this->changes->settle() );
		// For importers and other long processes of other plugins: do_action( 'ar_bridge_settle' ) says that one piece of work is done.
		add_action( 'ar_bridge_settle', fn () => $this->changes->settle() );

		add_action( Delivery::ACTION, fn () => $this->delivery()->drain() );
		// Action Scheduler asks once a day; a job that somebody deleted comes back.
		add_action( 'action_scheduler_ensure_recurring_actions', array( $this, 'ensure_schedule' ) );
		add_action( 'rest_api_init', array( $this, 'register_routes' ) );
		add_action( 'admin_menu', fn () => $this->admin()->register(), 60 );
	}

	/** Runs when the plugin is switched on. */
	public function activate(): void {
		Tables::ensure();
		$this->ensure_schedule();
	}

	public function ensure_schedule(): void {
		if ( $this->connection()->is_paired() ) {
			Schedule::ensure();
		}
	}

	/** Undeclared plugins count as incompatible with order tables and product caching; the block checkout is declared for the record. */
	public function declare_compatibility(): void {
		foreach ( array( 'custom_order_tables', 'cart_checkout_blocks', 'product_instance_caching' ) as $feature ) {
			FeaturesUtil::declare_compatibility( $feature, $this->file, true );
		}
	}

	public function register_routes(): void {
		add_filter( 'rest_request_after_callbacks', array( ErrorShape::class, 'apply' ), 10, 3 );
		$connection = $this->connection();
		( new MachineRoutes( new RequestVerifier( $this->secrets(), new RememberedIds( $this->clock ), $this->clock ), $this->outbox ) )->register();
		( new Proxy( $this->sidecar(), $connection ) )->register();
		( new PairingRoutes(
			new Pairing( $this->sidecar(), $this->secrets(), $connection, new DeliveryState( $this->clock ), $this->clock ),
			$connection,
			$this->secrets(),
			new DeliveryState( $this->clock ),
			$this->outbox_table
		) )->register();
	}

	private function admin(): Admin {
		return new Admin( $this->file, $this->connection(), $this->outbox_table, new DeliveryState( $this->clock ), $this->clock );
	}

	private function delivery(): Delivery {
		return new Delivery( $this->outbox, $this->sidecar(), $this->connection(), new DeliveryState( $this->clock ) );
	}

	private function sidecar(): SidecarClient {
		return new SidecarClient( $this->connection(), $this->secrets(), $this->clock );
	}

	private function connection(): Connection {
		return new Connection( $this->secrets() );
	}

	private function secrets(): SecretStore {
		return $this->secrets ??= new SecretStore( $this->clock );
	}
}
