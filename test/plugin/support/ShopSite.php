<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use mysqli;
use RuntimeException;
use ZipArchive;

/** A throw-away site: WordPress and WooCommerce by links into the shared copies, a database and a configuration of its own. */
final class ShopSite {

	public const PLUGIN = __DIR__ . '/../../../plugin';

	/** @var list<Running> */
	private array $servers  = array();
	private bool $is_served = false;

	private function __construct( public string $folder, public string $url, public ?string $mysql_socket ) {}

	/** @return self|string The site, or why there is none. */
	public static function make() {
		$cache       = ( getenv( 'XDG_CACHE_HOME' ) ?: getenv( 'HOME' ) . '/.cache' ) . '/ar-bridge/store';
		$wordpress   = getenv( 'AR_BRIDGE_WORDPRESS_DIR' ) ?: "$cache/wordpress";
		$woocommerce = getenv( 'AR_BRIDGE_WOOCOMMERCE_DIR' ) ?: "$cache/woocommerce";
		$socket      = getenv( 'AR_BRIDGE_TEST_MYSQL' ) ?: null;
		$drop_in     = dirname( __DIR__, 3 ) . '/node_modules/@wp-playground/cli/sqlite-database-integration.zip';
		foreach ( array( "$wordpress/wp-load.php", "$woocommerce/woocommerce.php" ) as $file ) {
			if ( ! is_file( $file ) ) {
				return "no copy of the store: $file is missing";
			}
		}
		if ( null === $socket && ! is_file( $drop_in ) ) {
			return "no SQLite drop-in: $drop_in is missing (npm ci)";
		}
		foreach ( array( null === $socket ? 'pdo_sqlite' : 'mysqli', 'curl', 'mbstring', 'posix', 'zip' ) as $extension ) {
			if ( ! extension_loaded( $extension ) ) {
				return "PHP has no extension $extension";
			}
		}
		$folder = sys_get_temp_dir() . '/ar-bridge-plugin-' . bin2hex( random_bytes( 6 ) );
		$site   = new self( $folder, 'http://127.0.0.1:' . self::free_port(), $socket );
		$site->lay_out( $wordpress, $woocommerce, $drop_in );
		$site->must_run( 'install.php' );
		$site->must_run( 'activate.php', array( 'storage' => self::storage() ) );
		return $site;
	}

	public static function storage(): string {
		return 'posts' === getenv( 'AR_BRIDGE_TEST_STORAGE' ) ? 'posts' : 'hpos';
	}

	/**
	 * Starts a PHP script of test/plugin/support/requests in WordPress, as a request of its own.
	 *
	 * @param array<string, mixed> $args In the script: $args.
	 */
	public function start( string $script, array $args = array() ): Running {
		return new Running( array( ...self::php(), __DIR__ . '/requests/' . $script, $this->folder, (string) json_encode( $args ) ), $this->folder . '/tmp' );
	}

	/**
	 * Runs such a script to its end.
	 *
	 * @param array<string, mixed> $args
	 */
	public function run( string $script, array $args = array() ): Running {
		$running = $this->start( $script, $args );
		$running->join();
		return $running;
	}

	/**
	 * Serves the site over HTTP until the tests end.
	 */
	public function serve(): void {
		if ( ! $this->is_served ) {
			$this->is_served = true;
			$this->servers[] = $this->listen( (string) parse_url( $this->url, PHP_URL_HOST ) . ':' . parse_url( $this->url, PHP_URL_PORT ), 'router.php', $this->folder );
		}
	}

	/** Starts a sidecar that only records and answers as told; see support/requests/fake-sidecar.php. */
	public function start_fake_sidecar(): FakeSidecar {
		$folder = $this->folder . '/sidecar-' . bin2hex( random_bytes( 4 ) );
		mkdir( $folder );
		$address         = '127.0.0.1:' . self::free_port();
		$running         = $this->listen( $address, 'fake-sidecar.php', $folder );
		$this->servers[] = $running;
		return new FakeSidecar( "http://$address", $folder, $running );
	}

	/** What the debug log holds about our tables and our code since the last call; a healthy run leaves nothing. */
	public function complaints(): string {
		$log     = $this->folder . '/wp-content/debug.log';
		$entries = is_file( $log ) ? (array) preg_split( '/^(?=\[\d\d-\w{3}-\d{4} )/m', (string) file_get_contents( $log ) ) : array();
		is_file( $log ) && unlink( $log );
		return implode( '', array_map( static fn ( string $entry ): string => substr( $entry, 0, 1500 ), preg_grep( '~WordPress database error.*for query [^\n]*ar_bridge_|PHP \w+( \w+)?: .*(plugins/ar-bridge/|' . preg_quote( (string) realpath( self::PLUGIN ), '~' ) . '/)~s', $entries ) ?: array() ) );
	}

	public function remove(): void {
		foreach ( $this->servers as $server ) {
			// The server leads a group of its own (setsid), so that its workers go with it.
			posix_kill( -$server->pid(), SIGTERM );
			$server->join();
		}
		$this->servers = array();
		if ( null !== $this->mysql_socket ) {
			$this->mysql()->query( 'DROP DATABASE ' . $this->database() );
		}
		exec( 'rm -rf ' . escapeshellarg( $this->folder ) );
	}

	public static function free_port(): int {
		$socket = stream_socket_server( 'tcp://127.0.0.1:0' );
		$name   = stream_socket_get_name( $socket, false );
		fclose( $socket );
		return (int) substr( $name, (int) strrpos( $name, ':' ) + 1 );
	}

	/** @return list<string> */
	private static function php(): array {
		return array( PHP_BINARY, ...preg_split( '/\s+/', (string) getenv( 'AR_BRIDGE_TEST_PHP_OPTIONS' ), -1, PREG_SPLIT_NO_EMPTY ) );
	}

	private function listen( string $address, string $router, string $folder ): Running {
		$options = array( '-d', 'opcache.enable_cli=1', '-d', 'upload_max_filesize=8M', '-S', $address, '-t', $folder, __DIR__ . '/requests/' . $router );
		$running = new Running( array( 'setsid', 'env', 'PHP_CLI_SERVER_WORKERS=3', ...self::php(), ...$options ), $this->folder . '/tmp' );
		for ( $tries = 0; $tries < 500; ++$tries ) {
			$socket = @stream_socket_client( "tcp://$address", $code, $message, 1 );
			if ( false !== $socket ) {
				fclose( $socket );
				return $running;
			}
			usleep( 10_000 );
		}
		throw new RuntimeException( "Nothing listens on $address: " . $running->errors() );
	}

	/** @param array<string, mixed> $args */
	private function must_run( string $script, array $args = array() ): void {
		$running = $this->run( $script, $args );
		if ( ! str_contains( $running->output(), 'DONE' ) ) {
			throw new RuntimeException( "$script failed: " . $running->output() . $running->errors() );
		}
	}

	private function lay_out( string $wordpress, string $woocommerce, string $drop_in ): void {
		foreach ( array( '', '/tmp', '/wp-content', '/wp-content/plugins', '/wp-content/mu-plugins', '/wp-content/uploads', '/wp-content/database' ) as $part ) {
			mkdir( $this->folder . $part );
		}
		foreach ( (array) scandir( $wordpress ) as $name ) {
			if ( ! in_array( $name, array( '.', '..', 'wp-content', 'wp-config.php' ), true ) ) {
				symlink( "$wordpress/$name", "$this->folder/$name" );
			}
		}
		// A theme of our own: the copies may have none, or one without its templates.
		mkdir( "$this->folder/wp-content/themes/plain", 0777, true );
		file_put_contents( "$this->folder/wp-content/themes/plain/style.css", "/*\nTheme Name: Plain\n*/\n" );
		file_put_contents( "$this->folder/wp-content/themes/plain/index.php", '<!doctype html><html><head><?php wp_head(); ?></head><body><?php while ( have_posts() ) { the_post(); the_title(); the_content(); } wp_footer(); ?></body></html>' );
		symlink( $woocommerce, "$this->folder/wp-content/plugins/woocommerce" );
		symlink( (string) realpath( self::PLUGIN ), "$this->folder/wp-content/plugins/ar-bridge" );
		symlink( __DIR__ . '/must-use.php', "$this->folder/wp-content/mu-plugins/must-use.php" );
		if ( null === $this->mysql_socket ) {
			$zip = new ZipArchive();
			$zip->open( $drop_in );
			$zip->extractTo( "$this->folder/wp-content/plugins" );
			$zip->close();
			rename( "$this->folder/wp-content/plugins/plugin-sqlite-database-integration", "$this->folder/wp-content/plugins/sqlite-database-integration" );
			copy( "$this->folder/wp-content/plugins/sqlite-database-integration/db.copy", "$this->folder/wp-content/db.php" );
		} else {
			$this->mysql()->query( 'CREATE DATABASE ' . $this->database() . ' CHARACTER SET utf8mb4' );
		}
		file_put_contents( "$this->folder/wp-config.php", $this->configuration() );
	}

	private function configuration(): string {
		$constants = array(
			'DB_NAME'                    => $this->database(),
			'DB_USER'                    => 'root',
			'DB_PASSWORD'                => '',
			'DB_HOST'                    => 'localhost:' . $this->mysql_socket,
			'DB_CHARSET'                 => 'utf8mb4',
			'DB_COLLATE'                 => '',
			'WP_HOME'                    => $this->url,
			'WP_SITEURL'                 => $this->url,
			'WP_ENVIRONMENT_TYPE'        => 'local',
			'WP_DEBUG'                   => true,
			'WP_DEBUG_LOG'               => true,
			'WP_DEBUG_DISPLAY'           => false,
			'DISABLE_WP_CRON'            => true,
			'AUTOMATIC_UPDATER_DISABLED' => true,
			// Nothing leaves the machine; loopback, where the fake sidecar is, stays open.
			'WP_HTTP_BLOCK_EXTERNAL'     => true,
			'WP_MEMORY_LIMIT'            => '512M',
		);
		foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $name ) {
			$constants[ "{$name}_KEY" ]  = bin2hex( random_bytes( 32 ) );
			$constants[ "{$name}_SALT" ] = bin2hex( random_bytes( 32 ) );
		}
		$lines = '';
		foreach ( $constants as $name => $value ) {
			$lines .= "define( '$name', " . var_export( $value, true ) . " );\n";
		}
		return "<?php\n{$lines}\$table_prefix = 'wp_';\ndefined( 'ABSPATH' ) || define( 'ABSPATH', __DIR__ . '/' );\nrequire_once ABSPATH . 'wp-settings.php';\n";
	}

	private function database(): string {
		return str_replace( '-', '_', basename( $this->folder ) );
	}

	private function mysql(): mysqli {
		mysqli_report( MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT );
		$mysql = new mysqli( 'localhost', 'root', '', '', 0, (string) $this->mysql_socket );
		mysqli_report( MYSQLI_REPORT_OFF );
		return $mysql;
	}
}
