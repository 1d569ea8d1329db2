<?php

declare( strict_types=1 );

namespace ArBridge;

use ArBridge\Admin\Admin;
use ArBridge\Delivery\AfterResponse;
use ArBridge\Delivery\Delivery;
use ArBridge\Delivery\DeliveryState;
use ArBridge\Delivery\Schedule;
use ArBridge\Delivery\SendLock;
use ArBridge\Events\Adapters\PartialPaymentOrders;
use ArBridge\Events\CustomerHooks;
use ArBridge\Events\OrderHooks;
use ArBridge\Events\Recording;
use ArBridge\Outbox\Outbox;
use ArBridge\Outbox\OutboxTable;
use ArBridge\Outbox\PaymentTable;
use ArBridge\Privacy\PersonalData;
use ArBridge\Rest\ErrorShape;
use ArBridge\Rest\MachineRoutes;
use ArBridge\Rest\OrderField;
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
use WP_REST_Request;

defined( 'ABSPATH' ) || exit;

/**
 * The composition root: every object is made here, when its part is first needed. An ordinary shop page makes only the hooks.
 */
final class Plugin {

	/** The same as in the header of ar-bridge.php; test/plugin compares them. */
	public const VERSION = '0.1.0';

	private static ?self $instance = null;

	private ?Clock $clock         = null;
	private ?Recording $recording = null;
	private ?SecretStore $secrets = null;
	private bool $has_routes      = false;

	private function __construct( private string $file ) {}

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

		$recording = fn (): Recording => $this->recording();
		( new OrderHooks( $recording ) )->register();
		( new CustomerHooks( $recording ) )->register();
		// Payments that WooCommerce does not know of; readme.txt describes both for developers.
		add_action( 'ar_bridge_payment_received', fn ( $order_id, $told = null ) => $this->recording()->reports()->received( $order_id, $told ), 10, 2 );
		add_action( 'ar_bridge_payment_taken_back', fn ( $order_id, $told = null ) => $this->recording()->reports()->taken_back( $order_id, $told ), 10, 2 );
		( new PartialPaymentOrders() )->register();

		// One PHP process works through many jobs: each one's changes are settled when it is done.
		add_action( 'action_scheduler_after_execute', fn () => $this->recording?->changes->settle() );
		// For importers and other long processes of other plugins: do_action( 'ar_bridge_settle' ) says that one piece of work is done.
		add_action( 'ar_bridge_settle', fn () => $this->recording?->changes->settle() );

		add_action( Delivery::ACTION, fn () => $this->delivery()->drain() );
		// Action Scheduler asks once a day; a job that somebody deleted comes back.
		add_action( 'action_scheduler_ensure_recurring_actions', array( $this, 'ensure_schedule' ) );
		// Not on rest_api_init: the shop's own REST calls, every cart among them, would pay for thirty routes that they never use.
		add_filter( 'rest_pre_dispatch', array( $this, 'register_routes' ), 0, 3 );
		// Personal data is asked for by administrators, in wp-admin's own calls.
		if ( is_admin() ) {
			( new PersonalData( fn (): SidecarClient => $this->sidecar(), fn (): Connection => $this->connection() ) )->register();
		}
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

	/**
	 * Filter `rest_pre_dispatch`: registers our routes when one of them is called, and our field of orders when it is asked for.
	 *
	 * @param mixed $result
	 * @param mixed $server
	 * @param mixed $request
	 * @return mixed The filter's value as it came.
	 */
	public function register_routes( $result, $server, $request ) {
		if ( ! $this->has_routes && $request instanceof WP_REST_Request && 1 === preg_match( '#^/(wc-)?ar-bridge/#', $request->get_route() ) ) {
			$this->has_routes = true;
			$this->make_routes();
		}
		if ( $request instanceof WP_REST_Request && OrderField::is_asked_for( $request ) ) {
			OrderField::register();
		}
		return $result;
	}

	private function make_routes(): void {
		add_filter( 'rest_request_after_callbacks', array( ErrorShape::class, 'apply' ), 10, 3 );
		$connection = $this->connection();
		( new MachineRoutes( new RequestVerifier( $this->secrets(), new RememberedIds( $this->clock() ), $this->clock() ), $this->outbox() ) )->register();
		( new Proxy( $this->sidecar(), $connection ) )->register();
		( new PairingRoutes(
			new Pairing( $this->sidecar(), $this->secrets(), $connection, new DeliveryState( $this->clock() ), $this->clock() ),
			$connection,
			$this->secrets(),
			new DeliveryState( $this->clock() ),
			new OutboxTable( $this->clock() )
		) )->register();
	}

	private function admin(): Admin {
		return new Admin( $this->file, $this->connection(), new OutboxTable( $this->clock() ), new DeliveryState( $this->clock() ), $this->sidecar(), $this->clock() );
	}

	private function delivery(): Delivery {
		return new Delivery( $this->outbox(), $this->sidecar(), $this->connection(), new DeliveryState( $this->clock() ), new SendLock( $this->clock() ) );
	}

	private function sidecar(): SidecarClient {
		return new SidecarClient( $this->connection(), $this->secrets(), $this->clock() );
	}

	private function connection(): Connection {
		return new Connection( $this->secrets() );
	}

	private function recording(): Recording {
		return $this->recording ??= new Recording( $this->clock(), fn () => ( new AfterResponse( fn (): Delivery => $this->delivery() ) )->run() );
	}

	private function outbox(): Outbox {
		return new Outbox( new OutboxTable( $this->clock() ), new PaymentTable( $this->clock() ) );
	}

	private function clock(): Clock {
		return $this->clock ??= new Clock();
	}

	private function secrets(): SecretStore {
		return $this->secrets ??= new SecretStore( $this->clock() );
	}
}
