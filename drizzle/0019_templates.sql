CREATE TABLE "template_media" (
	"organization_id" uuid NOT NULL,
	"template_id" uuid NOT NULL,
	"media_id" uuid NOT NULL,
	CONSTRAINT "template_media_template_id_media_id_pk" PRIMARY KEY("template_id","media_id")
);
--> statement-breakpoint
CREATE TABLE "template_versions" (
	"organization_id" uuid NOT NULL,
	"template_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"name" text NOT NULL,
	"language" text NOT NULL,
	"category" text NOT NULL,
	"shortcut" text,
	"subject" text,
	"preheader" text,
	"text" text,
	"source" jsonb,
	"media_ids" uuid[] DEFAULT '{}' NOT NULL,
	"variables" text[] DEFAULT '{}' NOT NULL,
	"user_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "template_versions_template_id_number_pk" PRIMARY KEY("template_id","number")
);
--> statement-breakpoint
CREATE TABLE "templates" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"organization_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"language" text NOT NULL,
	"category" text NOT NULL,
	"name" text NOT NULL,
	"shortcut" text,
	"shortcut_key" text,
	"provided_key" text,
	"version" integer NOT NULL,
	"search_text" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "address" text;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "phone" text;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "website" text;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "working_hours" text;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "map_url" text;--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "templates_provided_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "template_id" uuid;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "template_version" integer;--> statement-breakpoint
ALTER TABLE "template_media" ADD CONSTRAINT "template_media_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "template_media" ADD CONSTRAINT "template_media_template_id_templates_id_fk" FOREIGN KEY ("template_id") REFERENCES "public"."templates"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "template_media" ADD CONSTRAINT "template_media_media_id_media_id_fk" FOREIGN KEY ("media_id") REFERENCES "public"."media"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "template_versions" ADD CONSTRAINT "template_versions_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "template_versions" ADD CONSTRAINT "template_versions_template_id_templates_id_fk" FOREIGN KEY ("template_id") REFERENCES "public"."templates"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "templates" ADD CONSTRAINT "templates_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "template_media_media_idx" ON "template_media" USING btree ("media_id");--> statement-breakpoint
CREATE UNIQUE INDEX "templates_name_key" ON "templates" USING btree ("organization_id","channel","language",lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "templates_shortcut_key" ON "templates" USING btree ("organization_id","shortcut_key") WHERE "templates"."shortcut_key" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "templates_provided_key" ON "templates" USING btree ("organization_id","provided_key") WHERE "templates"."provided_key" is not null;--> statement-breakpoint
CREATE INDEX "templates_list_idx" ON "templates" USING btree ("organization_id","id");--> statement-breakpoint
CREATE INDEX "templates_channel_idx" ON "templates" USING btree ("organization_id","channel","id");--> statement-breakpoint
CREATE INDEX "templates_language_idx" ON "templates" USING btree ("organization_id","language","id");--> statement-breakpoint
CREATE INDEX "templates_category_idx" ON "templates" USING btree ("organization_id","category","id");--> statement-breakpoint
CREATE INDEX "templates_search_idx" ON "templates" USING gin ("search_text" gin_trgm_ops);