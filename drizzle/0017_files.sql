CREATE TABLE "customer_files" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"media_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"tag_keys" text[] DEFAULT '{}' NOT NULL,
	"search_text" text NOT NULL,
	"user_id" uuid,
	"message_id" uuid,
	"filed_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "discarded_contents" (
	"storage_key" text PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "loose_media" (
	"media_id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"due_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "received_files" (
	"message_id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"media_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stored_contents" (
	"organization_id" uuid NOT NULL,
	"sha256" text NOT NULL,
	"storage_key" text NOT NULL,
	"thumbnail_key" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "stored_contents_organization_id_sha256_pk" PRIMARY KEY("organization_id","sha256")
);
--> statement-breakpoint
DROP INDEX "media_list_idx";--> statement-breakpoint
ALTER TABLE "media" ADD COLUMN "in_library" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "customer_files" ADD CONSTRAINT "customer_files_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_files" ADD CONSTRAINT "customer_files_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_files" ADD CONSTRAINT "customer_files_media_id_media_id_fk" FOREIGN KEY ("media_id") REFERENCES "public"."media"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "received_files" ADD CONSTRAINT "received_files_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "received_files" ADD CONSTRAINT "received_files_media_id_media_id_fk" FOREIGN KEY ("media_id") REFERENCES "public"."media"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "customer_files_media_key" ON "customer_files" USING btree ("customer_id","media_id");--> statement-breakpoint
CREATE INDEX "customer_files_list_idx" ON "customer_files" USING btree ("customer_id","filed_at","id");--> statement-breakpoint
CREATE INDEX "customer_files_all_idx" ON "customer_files" USING btree ("organization_id","filed_at","id");--> statement-breakpoint
CREATE INDEX "customer_files_kind_idx" ON "customer_files" USING btree ("organization_id","kind","filed_at","id");--> statement-breakpoint
CREATE INDEX "customer_files_media_idx" ON "customer_files" USING btree ("media_id");--> statement-breakpoint
CREATE INDEX "customer_files_tags_idx" ON "customer_files" USING gin ("tag_keys");--> statement-breakpoint
CREATE INDEX "customer_files_search_idx" ON "customer_files" USING gin ("search_text" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "loose_media_due_idx" ON "loose_media" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "received_files_media_idx" ON "received_files" USING btree ("media_id");--> statement-breakpoint
CREATE UNIQUE INDEX "stored_contents_key" ON "stored_contents" USING btree ("storage_key");--> statement-breakpoint
CREATE UNIQUE INDEX "stored_contents_thumbnail_key" ON "stored_contents" USING btree ("thumbnail_key");--> statement-breakpoint
CREATE INDEX "media_library_idx" ON "media" USING btree ("organization_id","id") WHERE "media"."in_library";